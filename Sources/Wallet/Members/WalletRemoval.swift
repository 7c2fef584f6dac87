import PostgreSQL
import Rewards

/// What removing a member answers.
package struct WalletRemoval: Sendable, Hashable {
    /// The member.
    package let externalUserID: String
    /// Always true: members are archived, not erased.
    package let isArchived: Bool
    /// Whether the balance was kept for a member who comes back.
    package let isBalanceRetained: Bool

    init(externalUserID: String, isArchived: Bool, isBalanceRetained: Bool) {
        self.externalUserID = externalUserID
        self.isArchived = isArchived
        self.isBalanceRetained = isBalanceRetained
    }
}
