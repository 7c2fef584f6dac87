package import PostgreSQL

/// The legs whose plugin failed, counted for operators.
package struct ParkedLegs: Sendable {
    private let pool: PostgresPool

    /// Reads from a database.
    package init(pool: PostgresPool) { self.pool = pool }

    /// How many there are, over all programs.
    ///
    /// **Cost** One count over a partial index that holds parked legs only.
    package func count() async throws -> Int64 {
        try await pool.first(LegStore.countParked) ?? 0
    }
}
