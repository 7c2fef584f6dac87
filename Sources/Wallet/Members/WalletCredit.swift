/// What a credit answers (contract section 2).
public struct WalletCredit: Sendable, Hashable {
    /// The balance after the credit, in points.
    public let balance: Int64
    /// The points currency.
    public let currency: WalletCurrency

    init(balance: Int64, currency: WalletCurrency) {
        self.balance = balance
        self.currency = currency
    }
}
