import Cards
package import PostgreSQL
import Rewards

/// Pages through the spends of a card, newest first.
package struct ListSpends: Sendable {
    /// One page.
    package struct Page: Sendable, Hashable {
        /// The spends, newest first.
        package let spends: [RecordedSpend]
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
    /// **Guarantees** Walking the pages shows each spend that stood at the first call once; spends recorded meanwhile
    /// do not shift the pages.
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT`, `BAD_PAGE_TOKEN` or `UNKNOWN_CARD`; `PostgresError`.
    /// **Cost** One round trip over an index, and another when a leg was parked.
    package func callAsFunction(
        cardID: String, pageSize: Int = 0, pageToken: String = ""
    ) async throws -> Page {
        guard cardID.isIdentifier else {
            throw SpendingError(
                .invalidArgument, "card_id must be 1 to 128 bytes of UTF-8 without control characters",
                field: "card_id")
        }
        guard let limit = PageSize.rows(pageSize) else {
            throw SpendingError(.invalidArgument, "page_size must not be negative", field: "page_size")
        }
        let listing = Listing("spends", cardID)
        let before = try Self.place(pageToken, in: listing)
        return try await pool.withConnection { connection in
            // One row beyond the page tells whether there is another page.
            let (cards, found) = try await connection.pipeline(
                CardStore.exists(cardID), SpendStore.list(cardID, before: before, limit: limit + 1))
            guard cards == 1 else { throw SpendingError.unknownCard }
            let rows = found.prefix(limit)
            let spends = try await Self.bringUpToDate(rows.map(\.spend), on: connection)
            let hasMore = found.count > limit
            let next = hasMore ? rows.last.map { listing.token($0.spendNumber) } : nil
            return Page(spends: spends, nextPageToken: next ?? "")
        }
    }

    /// Reads again the legs of those spends of one card that had a parked leg.
    static func bringUpToDate(
        _ spends: [RecordedSpend], on connection: PostgresConnection
    ) async throws -> [RecordedSpend] {
        let parked = spends.filter {
            ($0.legs + ($0.release?.legs ?? [])).contains { $0.status == .parked }
        }
        guard let cardID = parked.first?.spend.cardID else { return spends }
        var spends = spends
        let legs = LegStore.read(cardID: cardID, spendIDs: parked.map(\.spend.spendID))
        LegStore.bringUpToDate(&spends, from: try await connection.all(legs))
        return spends
    }

    /// The spend number that a page ends before.
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

extension String {
    var isIdentifier: Bool { IdentifierRule.check(self) }
}
