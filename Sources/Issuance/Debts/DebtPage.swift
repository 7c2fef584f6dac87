import PostgreSQL
import Rewards

/// A page of debts.
package struct DebtPage: Sendable, Hashable {
    /// The debts, largest first within a program.
    package let debts: [Debt]
    /// The token of the next page; nil at the end.
    package let nextPageToken: String?
}
