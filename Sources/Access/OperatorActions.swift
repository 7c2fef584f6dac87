package import OperatorRecord
package import PostgreSQL
import Rewards

/// The record of what operators changed: append-only, who, what, on which thing, with which words.
package struct OperatorActions: Sendable {
    private let pool: PostgresPool

    /// A page of the record.
    package struct Page: Sendable, Hashable {
        /// The actions, newest first.
        package let actions: [OperatorAction]
        /// What to pass to get the next page; empty at the end.
        package let nextPageToken: String
    }

    /// Reads from a database.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Records, in a transaction of its own, that something is about to be read which leaves no other trace.
    ///
    /// Never for a change: its use case records the entry in the change's transaction. Otherwise a caller would read
    /// that nothing was done when only the record failed (I-12).
    package func record(_ entry: AuditEntry) async throws {
        _ = try await pool.query(entry.statement)
    }

    /// Returns a page of the record, newest first.
    ///
    /// - Parameters:
    ///   - pageSize: 0 means 50; more than 500 means 500.
    ///   - pageToken: empty for the first page, then what the page before returned.
    ///   - subject: only the history of this thing, when given.
    /// **Errors** `INVALID_ARGUMENT` (`page_size`), `BAD_PAGE_TOKEN`.
    package func list(pageSize: Int = 0, pageToken: String = "", subject: String? = nil) async throws -> Page {
        guard let size = PageSize.rows(pageSize) else {
            throw AccessError(.invalidArgument, "page_size must not be negative", field: "page_size")
        }
        let listing = Listing("operator-actions", subject)
        guard let before = pageToken.isEmpty ? Int64.max : listing.number(of: pageToken) else {
            throw AccessError(
                .badPageToken, "page_token must be empty or what the page before returned, with the same filter",
                field: "page_token")
        }
        // One more than asked for tells whether there is a next page.
        let rows = try await pool.all(
            OperatorActionStore.newest(before: before, subject: subject, limit: size + 1))
        let actions = Array(rows.prefix(size))
        let next = rows.count > size ? actions.last.map { listing.token($0.actionID) } : nil
        return Page(actions: actions, nextPageToken: next ?? "")
    }
}
