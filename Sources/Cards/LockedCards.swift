import PostgreSQL

/// The cards that this transaction has locked, in key order; what ``LockedCard`` says holds for each.
package struct LockedCards: Sendable, RandomAccessCollection {
    private let cards: [LockedCard]

    /// One locked card, for a writer that takes several.
    package init(_ card: LockedCard) { cards = [card] }

    init(_ records: [CardRecord]) { cards = records.map(LockedCard.init) }

    /// The place of the first card.
    package var startIndex: Int { cards.startIndex }

    /// The place behind the last card.
    package var endIndex: Int { cards.endIndex }

    /// The card at a place.
    package subscript(position: Int) -> LockedCard { cards[position] }
}
