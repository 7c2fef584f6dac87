public import PostgreSQL
import Rewards

/// One version of a card's preference, with what made it.
public struct PreferenceChange: Sendable, Hashable {
    /// The preference it led to; without the state of checks, which is not of a version.
    public let preferences: PreferencesSnapshot
    /// What made it.
    public let cause: PreferenceCause
    /// When we learnt it.
    public let recordedAt: PostgresTimestamp
}

/// Every version a card's preference had, newest first.
public struct ListPreferenceChanges: Sendable {
    /// A page of versions.
    public struct Page: Sendable, Hashable {
        /// The versions, newest first.
        public let changes: [PreferenceChange]
        /// What to ask the next page with; empty at the end.
        public let nextPageToken: String
    }

    private let context: PreferencesContext

    /// Makes the use case.
    public init(context: PreferencesContext) {
        self.context = context
    }

    /// Reads a page; a page holds still while new versions appear, since it goes on below the last version it gave.
    ///
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, `BAD_PAGE_TOKEN`; `PostgresError`.
    public func callAsFunction(cardID: String, pageSize: Int = 0, pageToken: String = "") async throws -> Page {
        try RequestCheck.id(cardID, "card_id")
        let limit = try RequestCheck.pageSize(pageSize)
        let stored = try await context.pool.withConnection { connection in
            guard try await CardStore.find(cardID, connection) != nil else { throw PreferencesError.unknownCard }
            let below = try version(ofToken: pageToken)
            return try await PreferenceVersionStore.page(cardID: cardID, below: below, limit: limit + 1, connection)
        }
        let changes = stored.prefix(limit).map { version in
            PreferenceChange(
                preferences: version.snapshot,
                cause: PreferenceCause(PreferenceCause.Kind(rawValue: version.cause) ?? .event, id: version.causeID),
                recordedAt: version.recordedAt)
        }
        let next = stored.count > limit ? changes.last.map { PageToken.make($0.preferences.version) } : nil
        return Page(changes: changes, nextPageToken: next ?? "")
    }

    private func version(ofToken token: String) throws(PreferencesError) -> Int64 {
        if token.isEmpty { return .max }
        guard let version = PageToken.number(of: token) else { throw .badPageToken }
        return version
    }
}
