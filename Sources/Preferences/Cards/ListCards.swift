package import Cards
import PostgreSQL
import Rewards

/// Reads cards.
package struct ListCards: Sendable {
    /// A page of cards.
    package struct Page: Sendable, Hashable {
        /// The cards, in the order of their ids.
        package let cards: [CardRecord]
        /// What to ask the next page with; empty at the end.
        package let nextPageToken: String
    }

    private let context: PreferencesContext

    /// Makes the use case.
    package init(context: PreferencesContext) {
        self.context = context
    }

    /// Cards in the order of their ids.
    ///
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT` or `BAD_PAGE_TOKEN`; `PostgresError`.
    package func callAsFunction(pageSize: Int = 0, pageToken: String = "") async throws -> Page {
        let limit = try RequestCheck.pageSize(pageSize)
        let listing = Listing("cards")
        let after = try listing.cardID(of: pageToken)
        let cards = try await context.pool.all(CardStore.page(after: after, limit: limit + 1))
        let page = Array(cards.prefix(limit))
        let next = cards.count > limit ? page.last.map { listing.token($0.cardID) } : nil
        return Page(cards: page, nextPageToken: next ?? "")
    }

    /// One card.
    ///
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT` or `UNKNOWN_CARD`; `PostgresError`.
    package func card(_ cardID: String) async throws -> CardRecord {
        try RequestCheck.id(cardID, "card_id")
        guard let card = try await context.pool.first(CardStore.find(cardID)) else {
            throw PreferencesError.unknownCard
        }
        return card
    }
}
