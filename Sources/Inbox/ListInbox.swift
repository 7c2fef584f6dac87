package import PostgreSQL
import Rewards

/// Reads the inbox, newest first and without bodies.
package struct ListInbox: Sendable {
    /// A page of deliveries.
    package struct Page: Sendable, Hashable {
        /// The deliveries, newest first.
        package let entries: [InboxEntry]
        /// What to ask the next page with; empty at the end.
        package let nextPageToken: String
    }

    private let pool: PostgresPool

    /// Makes the use case.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Reads a page; it goes on below the last delivery it gave, so new ones do not shift it.
    ///
    /// - Parameters:
    ///   - status: `received`, `applied`, `held` or `parked`; empty for all.
    ///   - kind: `program-connection` or `transaction`; empty for both.
    ///   - pageSize: as `PageSize` says.
    ///   - pageToken: empty for the first page.
    /// **Errors**: `InboxError` with `INVALID_ARGUMENT` or `BAD_PAGE_TOKEN`; `PostgresError`.
    package func callAsFunction(
        status: String = "", kind: String = "", pageSize: Int = 0, pageToken: String = ""
    ) async throws -> Page {
        guard let limit = PageSize.rows(pageSize) else {
            throw InboxError(.invalidArgument, "page_size must not be negative", field: "page_size")
        }
        let wantedStatus = try Self.parse(status, "status", InboxStatus.allCases)
        let wantedKind = try Self.parse(kind, "kind", InboxKind.allCases)
        let listing = Listing("inbox", wantedStatus?.rawValue, wantedKind?.rawValue)
        guard let below = pageToken.isEmpty ? Int64.max : listing.number(of: pageToken) else {
            throw InboxError(.badPageToken, "start the listing again without a page token", field: "page_token")
        }
        let found = try await pool.all(
            InboxStore.page(below: below, status: wantedStatus, kind: wantedKind, limit: limit + 1))
        let entries = Array(found.prefix(limit))
        let next = found.count > limit ? entries.last.map { listing.token($0.id) } : nil
        return Page(entries: entries, nextPageToken: next ?? "")
    }

    private static func parse<T: RawRepresentable<String>>(
        _ text: String, _ field: String, _ all: [T]
    ) throws(InboxError) -> T? {
        if text.isEmpty { return nil }
        guard let value = T(rawValue: text) else {
            let allowed = all.map(\.rawValue).joined(separator: ", ")
            throw InboxError(.invalidArgument, "\(field) must be empty or one of \(allowed)", field: field)
        }
        return value
    }
}
