public import PostgreSQL
public import Rewards

/// A member with wallet and counts of redemptions by status.
public struct WalletMemberSummary: Sendable, Hashable {
    /// The profile.
    public let member: WalletMember
    /// The wallet.
    public let wallet: MemberWallet
    /// How many redemptions are in each status; a status without one may be left out.
    public let redemptionCounts: [RedemptionStatus: Int64]
    /// When the member was removed; nil while active.
    public let archivedAt: PostgresTimestamp?
}
