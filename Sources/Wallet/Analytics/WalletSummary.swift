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
