public import PostgreSQL

/// A day's comparison with Cosmo's transactions.
public struct Reconciliation: Sendable, Hashable {
    /// The day, UTC.
    public let day: String
    /// When it was begun.
    public let startedAt: PostgresTimestamp
    /// When it was through; nil while it is under way, or when it was not brought to its end.
    public let finishedAt: PostgresTimestamp?
    /// How many transactions Cosmo lists.
    public let cosmoCount: Int64
    /// How many of them are issues of ours, with the same facts, and settled.
    public let matchedCount: Int64
    /// How many findings there are.
    public let findingCount: Int64
    /// Why it was not brought to its end, in UPPER_SNAKE.
    public let failure: String?
    /// What was found, in the order of finding; empty in listings.
    public var findings: [ReconciliationFinding] = []
}

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

/// A page of comparisons.
public struct ReconciliationPage: Sendable, Hashable {
    /// The days, newest first, without findings.
    public let reconciliations: [Reconciliation]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}
