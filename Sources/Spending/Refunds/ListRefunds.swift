import Cards
package import PostgreSQL
import Rewards

/// Pages through the refunds of a card, or through those of all cards that wait for a spend or for an operator.
package struct ListRefunds: Sendable {
    /// One page.
    package struct Page: Sendable, Hashable {
        /// The refunds, newest first.
        package let refunds: [RecordedRefund]
        /// What the next call passes as its token; empty when this is the last page.
        package let nextPageToken: String
    }

    private let pool: PostgresPool

    /// Makes the use case.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - cardID: Empty for every card; `status` is required then, and waiting or held.
    ///   - status: Only these; nil for all of the card.
    /// **Guarantees** Refunds recorded meanwhile do not shift the pages.
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT`, `BAD_PAGE_TOKEN` or `UNKNOWN_CARD`; `PostgresError`.
    /// **Cost** Two round trips over indexes.
    package func callAsFunction(
        cardID: String = "", status: RecordedRefund.Status? = nil, pageSize: Int = 0, pageToken: String = ""
    ) async throws -> Page {
        if !cardID.isEmpty { try PurchaseCheck(prefix: "").identifier(cardID, "card_id") }
        if cardID.isEmpty, status != .waiting, status != .held {
            throw SpendingError(
                .invalidArgument, "without card_id, status must be WAITING or HELD", field: "status")
        }
        guard let limit = PageSize.rows(pageSize) else {
            throw SpendingError(.invalidArgument, "page_size must not be negative", field: "page_size")
        }
        let listing = Listing("refunds", cardID.isEmpty ? nil : cardID, status?.rawValue)
        let before = try Self.place(pageToken, in: listing)
        // One row beyond the page tells whether there is another page.
        let list =
            cardID.isEmpty
            ? RefundStore.listAttention(isHeld: status == .held, before: before, limit: limit + 1)
            : RefundStore.list(cardID: cardID, status: status, before: before, limit: limit + 1)
        return try await pool.withTransaction(isolation: .repeatableRead) { connection in
            let (_, cards, found) = try await connection.pipeline(
                PostgresStatement.preferIndexes, CardStore.exists(cardID), list)
            guard cardID.isEmpty || cards == 1 else { throw SpendingError.unknownCard }
            let rows = found.prefix(limit)
            var refunds = rows.map(\.refund)
            if !refunds.isEmpty {
                let keys = refunds.map { (cardID: $0.cardID, refundID: $0.refundID) }
                let (parts, clawbacks) = try await connection.pipeline(
                    RefundMovementStore.parts(keys), RefundMovementStore.clawbacks(keys))
                RefundMovementStore.complete(&refunds, parts: parts, clawbacks: clawbacks)
            }
            let hasMore = found.count > limit
            let next = hasMore ? rows.last.map { listing.token($0.number) } : nil
            return Page(refunds: refunds, nextPageToken: next ?? "")
        }
    }

    /// The refund number that a page ends before.
    private static func place(_ token: String, in listing: Listing) throws(SpendingError) -> Int64 {
        if token.isEmpty { return .max }
        guard let place = listing.number(of: token) else {
            throw SpendingError(
                .badPageToken,
                "page_token is none that this listing gave out under this filter: start again without one",
                field: "page_token")
        }
        return place
    }
}
