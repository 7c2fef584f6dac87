public import PostgreSQL

/// The cards that this transaction has locked, in key order; what ``LockedCard`` says holds for each.
public struct LockedCards: Sendable, RandomAccessCollection {
    private let cards: [LockedCard]

    /// One locked card, for a writer that takes several.
    public init(_ card: LockedCard) { cards = [card] }

    fileprivate init(_ records: [CardRecord]) { cards = records.map(LockedCard.init) }

    /// The place of the first card.
    public var startIndex: Int { cards.startIndex }

    /// The place behind the last card.
    public var endIndex: Int { cards.endIndex }

    /// The card at a place.
    public subscript(position: Int) -> LockedCard { cards[position] }
}
