/// A member's wallet (contract section 5).
///
/// **Guarantees** I-10: `balance = amountReceived - amountSpent`, never below zero, and `held` is at most `balance`.
package struct MemberWallet: Sendable, Hashable {
    /// What the member has, in points.
    package let balance: Int64
    /// What active holds have set aside of it, in points.
    package let held: Int64
    /// What can be spent now, in points: `balance - held`.
    package let available: Int64
    /// What was ever credited, refunds included, in points.
    package let amountReceived: Int64
    /// What was ever debited, in points.
    package let amountSpent: Int64
    /// The points currency.
    package let currency: WalletCurrency

    init(_ account: WalletAccount, _ currency: WalletCurrency) {
        balance = account.balance
        held = account.held
        available = account.available
        amountReceived = account.amountReceived
        amountSpent = account.amountSpent
        self.currency = currency
    }
}
