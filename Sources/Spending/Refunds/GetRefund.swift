package import PostgreSQL
import Rewards

/// Reads one refund by its id.
package struct GetRefund: Sendable {
    private let pool: PostgresPool

    /// Makes the use case.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The refund as it is now, with the spends that bear it and what their programs gave.
    ///
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT` or `UNKNOWN_REFUND`; `PostgresError`.
    /// **Cost** Two round trips.
    package func callAsFunction(_ refundID: String) async throws -> RecordedRefund {
        try PurchaseCheck(prefix: "").identifier(refundID, "refund_id")
        // One snapshot, so that parts and clawbacks belong together.
        let standing = try await pool.withTransaction(isolation: .repeatableRead) { connection in
            let (_, cardIDs) = try await connection.pipeline(
                PostgresStatement.preferIndexes, RefundStore.findCard(refundID: refundID, spendID: nil))
            guard let cardID = cardIDs.first ?? nil else { throw SpendingError.unknownRefund }
            return try await connection.pipeline(RefundDesk.View(refundID, cardID: cardID))
        }
        guard let standing else { throw SpendingError.unknownRefund }
        return standing.refund
    }
}
