import PostgreSQL

/// A transaction of Cosmo that was none of our issuances when a recovery compared.
package struct RecoveryFinding: Sendable, Hashable {
    /// What it is.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// Its reference number proves the card, and the issuance is being adopted.
        case proven = "CARD_PROVEN"
        /// It has no reference number, or one that proves nothing: a person names the card.
        case unproven = "CARD_NOT_PROVEN"
        /// No card of ours fits its reference number.
        case noCard = "NO_CARD_FITS"
        /// It lacks its program or its value, or they cannot be an issuance of ours.
        case incomplete = "TRANSACTION_INCOMPLETE"
        /// Cosmo does not report it as done.
        case notCompleted = "TRANSACTION_NOT_COMPLETED"
        /// The database refuses what it means for its issuance: a row is damaged.
        case refusedByDatabase = "BOOKS_REFUSED"
        /// It failed at Cosmo, so nothing was issued.
        case failed = "TRANSACTION_FAILED"
    }

    /// Cosmo's transaction id.
    package let transactionID: String
    /// The reference number that Cosmo reports.
    package let referenceNumber: String?
    /// The program.
    package let programID: String?
    /// What it is.
    package let reason: Reason
    /// The card that its reference number proves; nil when it proves none.
    package let cardID: String?
    /// Cosmo's facts as JSON, without personal data.
    package let detailJSON: String
    /// The reference number of the issuance that explains it; nil while it is open.
    package let adoptedAs: String?

    /// Whether the recovery waits for it.
    package var isOpen: Bool { adoptedAs == nil && reason != .failed }
}
