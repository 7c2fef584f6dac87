public import PostgreSQL

/// Reads what refunds did to one spend, step by step.
public struct ListSpendMovements: Sendable {
    private let pool: PostgresPool

    /// Makes the use case.
    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The steps in their order, the first `limit` of them; none for a spend that was never refunded.
    ///
    /// **Errors** `PostgresError`.
    /// **Cost** One round trip over the index of a spend's movements.
    public func callAsFunction(cardID: String, spendID: String, limit: Int) async throws -> [SpendMovement] {
        RefundMovementStore.movements(
            try await pool.all(RefundMovementStore.ofSpend(cardID: cardID, spendID: spendID, limit: limit)))
    }
}
