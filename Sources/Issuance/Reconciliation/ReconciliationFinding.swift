public import PostgreSQL

/// What only one side knows, or both know differently.
public struct ReconciliationFinding: Sendable, Hashable {
    /// Who knows of it.
    public enum Side: String, Sendable, Hashable, CaseIterable {
        /// Cosmo lists a transaction that is none of our issues.
        case cosmoOnly = "cosmo_only"
        /// We hold an issue for confirmed that Cosmo does not list.
        case oursOnly = "ours_only"
        /// Both have it, with other facts.
        case differs
    }

    /// Who knows of it.
    public let side: Side
    /// Our reference; nil when Cosmo's transaction names none that could be ours.
    public let referenceNumber: String?
    /// Cosmo's transaction id.
    public let cosmoTransactionID: String?
    /// The program.
    public let programID: String?
    /// What is wrong, in UPPER_SNAKE.
    public let reason: String
    /// Both sides' facts as JSON, without personal data.
    public let detailJSON: String
}
