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
