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
        let stored = try await context.pool.withConnection { connection in
            guard try await CardStore.find(cardID, connection) != nil else { throw PreferencesError.unknownCard }
            let below = try Self.version(ofToken: pageToken, in: listing)
            return try await PreferenceVersionStore.page(cardID: cardID, below: below, limit: limit + 1, connection)
        }
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
        let stored = try await PreferenceVersionStore.one(cardID: cardID, version: version, connection)
        let card = try await CardStore.find(cardID, connection)
        return (stored.map(PreferenceChange.init), card?.preferenceVersion ?? 0)
    }

    private static func version(ofToken token: String, in listing: Listing) throws(PreferencesError) -> Int64 {
        if token.isEmpty { return .max }
        guard let version = listing.number(of: token) else { throw .badPageToken }
        return version
    }
}
