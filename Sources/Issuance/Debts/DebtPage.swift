public import PostgreSQL
public import Rewards

/// A page of debts.
public struct DebtPage: Sendable, Hashable {
    /// The debts, largest first within a program.
    public let debts: [Debt]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}
