import Rewards

extension IssuanceReads {
    /// The most findings that one answer shows; the count says how many there are.
    package static let findingsMax = 1000

    /// The days compared with Cosmo's transactions, newest first, without findings, a page at a time.
    ///
    /// **Errors** `BAD_PAGE_TOKEN`, `INVALID_ARGUMENT`.
    package func reconciliations(pageSize: Int = 0, pageToken: String = "") async throws -> ReconciliationPage {
        let size = try IssuancePages.size(pageSize)
        let listing = Listing("reconciliations")
        var before: ReconciliationDay?
        if !pageToken.isEmpty {
            guard let day = ReconciliationDay(try IssuancePages.parts(pageToken, of: listing, count: 1)[0]) else {
                throw IssuancePages.badToken
            }
            before = day
        }
        let rows = try await ReconciliationStore.list(before: before, limit: size + 1, on: pool)
        let page = Array(rows.prefix(size))
        return ReconciliationPage(
            reconciliations: page, nextPageToken: rows.count > size ? page.last.map { listing.token($0.day) } : nil)
    }

    /// One day's comparison with what it found, at most ``findingsMax`` of it.
    ///
    /// **Errors** `INVALID_ARGUMENT`, `UNKNOWN_RECONCILIATION`.
    package func reconciliation(_ day: String) async throws -> Reconciliation {
        guard let day = ReconciliationDay(day) else { throw ReconcileDay.notADay }
        guard let view = try await ReconciliationStore.read(day, findingsMax: Self.findingsMax, on: pool) else {
            throw IssuanceError(.unknownReconciliation, "the day was not compared yet; compare it, or list the days")
        }
        return view
    }
}
