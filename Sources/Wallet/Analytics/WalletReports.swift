public import PostgreSQL

/// The totals of an environment (contract section 8.7).
public struct WalletSummary: Sendable, Hashable {
    /// Members that are not archived.
    public let memberCount: Int64
    /// Points credited, without refunds.
    public let pointsMinted: Int64
    /// Points spent, whether given back later or not.
    public let pointsSpent: Int64
    /// How many redemptions are in each status; every status is there.
    public let redemptionCounts: [RedemptionStatus: Int64]

    /// How many redemptions there are.
    public var redemptionCount: Int64 { redemptionCounts.values.reduce(0, +) }

    /// The share of redemptions that are completed.
    public var completionRate: WalletShare {
        WalletShare(redemptionCounts[.completed] ?? 0, of: redemptionCount)
    }
}

/// A part of a whole in ten-thousandths, rounded down; 0 of nothing.
public struct WalletShare: Sendable, Hashable, CustomStringConvertible {
    /// From 0 to 10,000.
    public let tenThousandths: Int64

    /// The share of `part` in `total`.
    init(_ part: Int64, of total: Int64) {
        tenThousandths = total > 0 ? part * 10_000 / total : 0
    }

    /// A decimal such as `0.3333`; `0` and `1` without places.
    public var description: String {
        if tenThousandths % 10_000 == 0 { return String(tenThousandths / 10_000) }
        let digits = String(tenThousandths)
        return "0." + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// What became of one offer.
public struct WalletOfferReport: Sendable, Hashable {
    /// The offer.
    public let offerID: String
    /// Its redemptions.
    public let signups: Int64
    /// Those that are completed.
    public let completions: Int64
    /// Those that were canceled.
    public let cancellations: Int64
    /// Points debited for it, whether given back later or not.
    public let pointsSpent: Int64
}

/// What happened in one part of a time series.
public struct WalletBucket: Sendable, Hashable {
    /// From when on.
    public let startAt: PostgresTimestamp
    /// Up to when, exclusive.
    public let endAt: PostgresTimestamp
    /// Redemptions submitted.
    public let signups: Int64
    /// Points credited, without refunds.
    public let pointsMinted: Int64
    /// Points spent, whether given back later or not.
    public let pointsSpent: Int64
}
