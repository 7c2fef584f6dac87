public import PostgreSQL
public import Rewards

/// What removing a member answers.
public struct WalletRemoval: Sendable, Hashable {
    /// The member.
    public let externalUserID: String
    /// Always true: members are archived, not erased.
    public let isArchived: Bool
    /// Whether the balance was kept for a member who comes back.
    public let isBalanceRetained: Bool

    init(externalUserID: String, isArchived: Bool, isBalanceRetained: Bool) {
        self.externalUserID = externalUserID
        self.isArchived = isArchived
        self.isBalanceRetained = isBalanceRetained
    }
}
