package import PostgreSQL

/// Reports over an environment (contract section 8.7).
package struct WalletAnalytics: Sendable {
    /// The most buckets a time series may have.
    package static let bucketsMax: Int64 = 1000

    /// The length of a time series' buckets.
    package enum Interval: String, Sendable, Hashable, CaseIterable {
        /// A UTC day.
        case day
        /// A week from Monday, UTC.
        case week
        /// A calendar month, UTC.
        case month

        var daysMin: Int64 {
            switch self {
            case .day: 1
            case .week: 7
            case .month: 28
            }
        }
    }

    private let context: WalletContext

    /// Makes the use cases.
    package init(_ context: WalletContext) { self.context = context }

    /// Totals: active members, points minted (refunds apart) and spent (gross), redemptions by status.
    ///
    /// **Errors** `FORBIDDEN`. **Cost** Linear in the environment's ledger.
    package func summary(by caller: WalletCaller) async throws -> WalletSummary {
        try caller.requireOrganisation()
        guard let summary = try await context.pool.first(AnalyticsStore.summary(caller.environment)) else {
            throw WalletError(.internalFault, "the database gave no totals: try again")
        }
        return summary
    }

    /// Sign-ups, ends and points of every offer.
    ///
    /// **Errors** `FORBIDDEN`. **Cost** Linear in the environment's redemptions.
    package func offers(by caller: WalletCaller) async throws -> [WalletOfferReport] {
        try caller.requireOrganisation()
        return try await context.pool.all(AnalyticsStore.offers(caller.environment))
    }

    /// Redemptions and points by day, week or month, from `from` up to `to`; the first and last bucket are cut there.
    ///
    /// **Errors** `FORBIDDEN`, `VALIDATION` when `to` is not after `from` or there would be more than 1000 buckets.
    /// **Cost** Linear in what happened in between.
    package func timeseries(
        from: PostgresTimestamp, to: PostgresTimestamp, interval: Interval, by caller: WalletCaller
    ) async throws -> [WalletBucket] {
        try caller.requireOrganisation()
        let day: Int64 = 86_400_000_000
        let (span, isOverflow) = to.microsecondsSinceEpoch.subtractingReportingOverflow(from.microsecondsSinceEpoch)
        guard from.isFinite, to.isFinite, !isOverflow, span > 0, span / (interval.daysMin * day) < Self.bucketsMax
        else {
            throw WalletError(
                .validation, "\(.to) must be after \(.from), and not more than \(Self.bucketsMax) intervals later",
                field: .to)
        }
        return try await context.pool.all(
            AnalyticsStore.timeseries(caller.environment, from: from, to: to, interval: interval))
    }
}
