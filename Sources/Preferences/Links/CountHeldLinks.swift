package import PostgreSQL

/// Counts the links that wait for a decision, for the gauges.
package struct CountHeldLinks: Sendable {
    private let pool: PostgresPool

    /// Makes the use case.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// How many links are held, by reason; every reason is there.
    ///
    /// **Errors**: `PostgresError`.
    /// **Cost**: reads an index that holds only these.
    package func callAsFunction() async throws -> [HeldReason: Int64] {
        var counts = Dictionary(uniqueKeysWithValues: HeldReason.allCases.map { ($0, Int64(0)) })
        for (reason, count) in try await pool.all(LinkStore.heldCounts) { counts[reason] = count }
        return counts
    }
}
