import Cards
package import PostgreSQL
import Rewards

/// What is held, for operators: listed, and counted with the age of the oldest.
package struct HeldMoney: Sendable {
    /// What is held in one currency.
    package struct Total: Sendable, Hashable {
        /// ISO 4217.
        package let currencyCode: String
        /// How many spends hold something.
        package let spends: Int64
        /// What they hold together, in minor units; at most the greatest number of 64 bits.
        package let heldMinor: Int64
        /// Since when the oldest is held.
        package let oldestSince: PostgresTimestamp
    }

    /// One page of a list.
    package struct Page: Sendable, Hashable {
        /// The spends, oldest first.
        package let spends: [HeldSpend]
        /// What the next call passes as its token; empty when this is the last page.
        package let nextPageToken: String
    }

    private let pool: PostgresPool

    /// Reads from a database.
    package init(pool: PostgresPool) { self.pool = pool }

    /// The sums by currency, in the order of the codes; none when nothing is held.
    ///
    /// **Errors** `PostgresError`.
    /// **Cost** One pass over the list of what is held; none over spends.
    package func totals() async throws -> [Total] {
        try await pool.all(HeldSpendStore.counts)
    }

    /// Lists held spends, oldest first: of one card, or of every card for an empty id.
    ///
    /// A spend whose held part is all refunded is listed with zero: undoing the refund brings it back.
    ///
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT`, `BAD_PAGE_TOKEN` or `UNKNOWN_CARD`; `PostgresError`.
    /// **Cost** One round trip over an index.
    package func list(cardID: String = "", pageSize: Int = 0, pageToken: String = "") async throws -> Page {
        if !cardID.isEmpty { try PurchaseCheck(prefix: "").identifier(cardID, "card_id") }
        guard let limit = PageSize.rows(pageSize) else {
            throw SpendingError(.invalidArgument, "page_size must not be negative", field: "page_size")
        }
        let listing = Listing("held-spends", cardID.isEmpty ? nil : cardID)
        let after = try Self.place(pageToken, in: listing)
        return try await pool.withConnection { connection in
            let (cards, found) = try await connection.pipeline(
                CardStore.exists(cardID),
                HeldSpendStore.list(cardID: cardID.isEmpty ? nil : cardID, after: after, limit: limit + 1))
            guard cardID.isEmpty || cards == 1 else { throw SpendingError.unknownCard }
            let rows = found.prefix(limit)
            let next = found.count > limit ? rows.last.map { listing.token($0.number) } : nil
            return Page(spends: rows.map(\.spend), nextPageToken: next ?? "")
        }
    }

    /// The spend number that a page begins after.
    private static func place(_ token: String, in listing: Listing) throws(SpendingError) -> Int64 {
        if token.isEmpty { return 0 }
        guard let place = listing.number(of: token) else {
            throw SpendingError(
                .badPageToken,
                "page_token is none that this listing gave out under this filter: start again without one",
                field: "page_token")
        }
        return place
    }
}
