package import PostgreSQL

/// The refunds that wait for a spend or for an operator, counted.
package struct OpenRefunds: Sendable {
    /// How many refunds wait for what.
    package struct Counts: Sendable, Hashable {
        /// Those whose spend is not here yet.
        package var waiting: Int64 = 0
        /// Those that are held, mostly for an operator.
        package var held: Int64 = 0
        /// Those of the held ones that are taken by themselves when the authorisation they name clears.
        package var uncleared: Int64 = 0
        /// When the oldest of the waiting ones was recorded; nil when none waits.
        package var oldestWaitingAt: PostgresTimestamp?
        /// When the oldest of the held ones was recorded; nil when none is held.
        package var oldestHeldAt: PostgresTimestamp?
    }

    private let pool: PostgresPool

    /// Reads from a database.
    package init(pool: PostgresPool) { self.pool = pool }

    /// How many there are, over all cards.
    ///
    /// **Cost** One pass over the open refunds.
    package func counts() async throws -> Counts {
        try await pool.first(RefundStore.countOpen) ?? Counts()
    }
}
