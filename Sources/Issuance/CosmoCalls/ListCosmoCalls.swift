package import PostgreSQL
import Rewards

/// Reads the audit trail of validate, preview and issuance calls.
package struct ListCosmoCalls: Sendable {
    private let pool: PostgresPool

    /// Makes the use case.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Calls, the latest first, of one issuance or of all, a page at a time.
    ///
    /// **Errors** `BAD_PAGE_TOKEN`, `INVALID_ARGUMENT`.
    package func callAsFunction(
        referenceNumber: String? = nil, pageSize: Int = 0, pageToken: String = ""
    ) async throws -> CosmoCallPage {
        let size = try IssuancePages.size(pageSize)
        let listing = Listing("cosmo-calls", referenceNumber)
        let below = pageToken.isEmpty ? Int64.max : try IssuancePages.number(pageToken, of: listing)
        let rows = try await pool.all(
            CosmoCallStore.list(referenceNumber: referenceNumber, below: below, limit: size + 1))
        let page = Array(rows.prefix(size))
        return CosmoCallPage(
            calls: page,
            nextPageToken: rows.count > size ? page.last.map { listing.token($0.callID) } : nil)
    }
}
