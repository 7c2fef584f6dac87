import PostgreSQL
import Rewards

extension IssuanceReads {
    /// The recovery that is open, without findings; nil while issuing goes on.
    package func openRecovery() async throws -> Recovery? {
        try await pool.first(RecoveryStore.open)
    }

    /// The newest recovery, open or ended, without findings; nil when there was none.
    package func latestRecovery() async throws -> Recovery? {
        try await pool.first(RecoveryStore.list(before: nil, limit: 1))
    }

    /// One recovery with its findings, at most ``findingsMax``; without a number the newest.
    ///
    /// **Errors** `UNKNOWN_RECOVERY`.
    package func recovery(_ number: Int64? = nil) async throws -> Recovery {
        let after = number.map { $0 == Int64.max ? $0 : $0 + 1 }
        guard var recovery = try await pool.first(RecoveryStore.list(before: after, limit: 1)),
            number == nil || recovery.number == number
        else {
            throw IssuanceError(
                .unknownRecovery,
                number == nil ? "issuing was never stopped for a recovery" : "there is no such recovery")
        }
        recovery.findings = try await pool.all(
            RecoveryStore.findings(of: recovery.number, limit: Self.findingsMax))
        return recovery
    }

    /// Recoveries, newest first, without findings, a page at a time.
    ///
    /// **Errors** `BAD_PAGE_TOKEN`, `INVALID_ARGUMENT`.
    package func recoveries(pageSize: Int = 0, pageToken: String = "") async throws -> RecoveryPage {
        let size = try IssuancePages.size(pageSize)
        let listing = Listing("recoveries")
        let before = pageToken.isEmpty ? nil : try IssuancePages.number(pageToken, of: listing)
        let rows = try await pool.all(RecoveryStore.list(before: before, limit: size + 1))
        return RecoveryPage(
            recoveries: Array(rows.prefix(size)),
            nextPageToken: rows.count > size ? listing.token(rows[size - 1].number) : nil)
    }
}
