/// A member's wallet (contract section 5).
///
/// **Guarantees** I-10: `balance = amountReceived - amountSpent`, never below zero.
package struct MemberWallet: Sendable, Hashable {
    /// What can be spent now, in points.
    package let balance: Int64
    /// What was ever credited, refunds included, in points.
    package let amountReceived: Int64
    /// What was ever debited, in points.
    package let amountSpent: Int64
    /// The points currency.
    package let currency: WalletCurrency

    init(_ account: WalletAccount, _ currency: WalletCurrency) {
        balance = account.balance
        amountReceived = account.amountReceived
        amountSpent = account.amountSpent
        self.currency = currency
    }
}
