/// What a credit answers (contract section 2).
package struct WalletCredit: Sendable, Hashable {
    /// The balance after the credit, in points.
    package let balance: Int64
    /// The points currency.
    package let currency: WalletCurrency

    init(balance: Int64, currency: WalletCurrency) {
        self.balance = balance
        self.currency = currency
    }
}
