/// The points currency's names.
package struct WalletCurrency: Sendable, Hashable {
    /// The name, such as "Stars".
    package let name: String
    /// The symbol, such as "ST".
    package let symbol: String

    /// Makes a currency.
    package init(name: String, symbol: String) {
        self.name = name
        self.symbol = symbol
    }
}
