package import PostgreSQL

/// Reads what refunds did to one spend, step by step.
package enum ListSpendMovements {
    /// The steps in their order, the first `limit` of them; none for a spend that was never refunded.
    ///
    /// **Errors** `PostgresError`.
    /// **Cost** One round trip over the index of a spend's movements.
    package static func read(
        cardID: String, spendID: String, limit: Int, on connection: PostgresConnection
    ) async throws -> [SpendMovement] {
        RefundMovementStore.movements(
            try await connection.all(RefundMovementStore.ofSpend(cardID: cardID, spendID: spendID, limit: limit)))
    }
}
