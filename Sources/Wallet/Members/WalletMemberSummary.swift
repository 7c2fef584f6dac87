package import PostgreSQL
import Rewards

/// A member with wallet and counts of redemptions by status.
package struct WalletMemberSummary: Sendable, Hashable {
    /// The profile.
    package let member: WalletMember
    /// The wallet.
    package let wallet: MemberWallet
    /// How many redemptions are in each status; a status without one may be left out.
    package let redemptionCounts: [RedemptionStatus: Int64]
    /// When the member was removed; nil while active.
    package let archivedAt: PostgresTimestamp?
}
