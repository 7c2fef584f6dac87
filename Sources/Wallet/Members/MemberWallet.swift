/// A member's wallet (contract section 5).
///
/// **Guarantees** I-10: `balance = amountReceived - amountSpent`, never below zero.
public struct MemberWallet: Sendable, Hashable {
    /// What can be spent now, in points.
    public let balance: Int64
    /// What was ever credited, refunds included, in points.
    public let amountReceived: Int64
    /// What was ever debited, in points.
    public let amountSpent: Int64
    /// The points currency.
    public let currency: WalletCurrency

    init(_ account: WalletAccount, _ currency: WalletCurrency) {
        balance = account.balance
        amountReceived = account.amountReceived
        amountSpent = account.amountSpent
        self.currency = currency
    }
}
