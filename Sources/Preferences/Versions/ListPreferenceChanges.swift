import Cards
package import PostgreSQL
import Rewards

/// Every version a card's preference had, newest first.
package struct ListPreferenceChanges: Sendable {
    /// A page of versions.
    package struct Page: Sendable, Hashable {
        /// The versions, newest first.
        package let changes: [PreferenceChange]
        /// What to ask the next page with; empty at the end.
        package let nextPageToken: String
    }

    private let context: PreferencesContext

    /// Makes the use case.
    package init(context: PreferencesContext) {
        self.context = context
    }

    /// Reads a page; a page holds still while new versions appear, since it goes on below the last version it gave.
    ///
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, `BAD_PAGE_TOKEN`; `PostgresError`.
    package func callAsFunction(cardID: String, pageSize: Int = 0, pageToken: String = "") async throws -> Page {
        try RequestCheck.id(cardID, "card_id")
        let limit = try RequestCheck.pageSize(pageSize)
        let listing = Listing("preference-changes", cardID)
        let below = pageToken.isEmpty ? .max : listing.number(of: pageToken)
        let versions = below.map { PreferenceVersionStore.page(cardID: cardID, below: $0, limit: limit + 1) }
        let (cards, page) = try await context.pool.withConnection { connection in
            try await connection.pipeline(CardStore.exists(cardID), versions)
        }
        guard cards == 1 else { throw PreferencesError.unknownCard }
        guard let stored = page else { throw PreferencesError.badPageToken }
        let changes = stored.prefix(limit).map(PreferenceChange.init)
        let next = stored.count > limit ? changes.last.map { listing.token($0.preferences.version) } : nil
        return Page(changes: changes, nextPageToken: next ?? "")
    }

    /// One version, nil when the card never had it; and the number of the version in force.
    ///
    /// **Errors**: `PostgresError`.
    package static func version(
        _ version: Int64, of cardID: String, on connection: PostgresConnection
    ) async throws -> (change: PreferenceChange?, inForce: Int64) {
        let (stored, cards) = try await connection.pipeline(
            PreferenceVersionStore.find(cardID: cardID, version: version), CardStore.find(cardID))
        return (stored.first.map(PreferenceChange.init), cards.first?.preferenceVersion ?? 0)
    }
}
