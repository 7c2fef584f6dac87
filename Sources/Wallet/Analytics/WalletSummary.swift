import PostgreSQL

/// The totals of an environment (contract section 8.7).
package struct WalletSummary: Sendable, Hashable {
    /// Members that are not archived.
    package let memberCount: Int64
    /// Points credited, without refunds.
    package let pointsMinted: Int64
    /// Points spent, whether given back later or not.
    package let pointsSpent: Int64
    /// How many redemptions are in each status; every status is there.
    package let redemptionCounts: [RedemptionStatus: Int64]

    /// How many redemptions there are.
    package var redemptionCount: Int64 { redemptionCounts.values.reduce(0, +) }

    /// The share of redemptions that are completed.
    package var completionRate: WalletShare {
        WalletShare(redemptionCounts[.completed] ?? 0, of: redemptionCount)
    }
}
