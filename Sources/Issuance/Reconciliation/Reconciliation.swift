package import PostgreSQL

/// A day's comparison with Cosmo's transactions.
package struct Reconciliation: Sendable, Hashable {
    /// The day, UTC.
    package let day: String
    /// When it was begun.
    package let startedAt: PostgresTimestamp
    /// When it was through; nil while it is under way, or when it was not brought to its end.
    package let finishedAt: PostgresTimestamp?
    /// How many transactions Cosmo lists.
    package let cosmoCount: Int64
    /// How many of them are issuances of ours, with the same facts, and settled.
    package let matchedCount: Int64
    /// How many findings there are.
    package let findingCount: Int64
    /// Why it was not brought to its end, in UPPER_SNAKE.
    package let failure: String?
    /// What was found, in the order of finding; empty in listings.
    package var findings: [ReconciliationFinding] = []
}
