import PostgreSQL

/// What only one side knows, or both know differently.
package struct ReconciliationFinding: Sendable, Hashable {
    /// Who knows of it.
    package enum Side: String, Sendable, Hashable, CaseIterable {
        /// Cosmo lists a transaction that is none of our issues.
        case cosmoOnly = "cosmo_only"
        /// We hold an issue for confirmed that Cosmo does not list.
        case oursOnly = "ours_only"
        /// Both have it, with other facts.
        case differs
    }

    /// Who knows of it.
    package let side: Side
    /// Our reference; nil when Cosmo's transaction names none that could be ours.
    package let referenceNumber: String?
    /// Cosmo's transaction id.
    package let cosmoTransactionID: String?
    /// The program.
    package let programID: String?
    /// What is wrong, in UPPER_SNAKE.
    package let reason: String
    /// Both sides' facts as JSON, without personal data.
    package let detailJSON: String
}
