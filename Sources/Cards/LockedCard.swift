import PostgreSQL

/// A card whose row this transaction has locked, and what the row says.
///
/// What writes to a card asks for one of these. Only the locks of this room make one, so code that writes without the
/// lock does not compile.
///
/// **Guarantees** The record is the newest committed one, and no other transaction changes it before this one ends. The
/// value must not be used after that.
package struct LockedCard: Sendable {
    /// What the row says.
    package let record: CardRecord

    /// The card's id.
    package var id: String { record.cardID }

    init(_ record: CardRecord) { self.record = record }
}
