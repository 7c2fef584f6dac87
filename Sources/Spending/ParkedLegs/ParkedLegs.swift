package import PostgreSQL

/// The legs whose plugin failed, counted for operators.
package struct ParkedLegs: Sendable {
    /// What is parked of a program in one currency.
    package struct Total: Sendable, Hashable {
        /// The program.
        package let programID: String
        /// ISO 4217.
        package let currencyCode: String
        /// How many legs.
        package let legs: Int64
        /// Their amounts together, in minor units; at most the greatest number of 64 bits.
        package let amountMinor: Int64
        /// When the oldest of their spends was recorded.
        package let oldestSince: PostgresTimestamp
    }

    private let pool: PostgresPool

    /// Reads from a database.
    package init(pool: PostgresPool) { self.pool = pool }

    /// The sums by program and currency, in their order; none when nothing is parked.
    ///
    /// **Cost** One pass over the parked legs and their spends.
    package func totals() async throws -> [Total] { try await pool.all(LegStore.parkedTotals) }
}
