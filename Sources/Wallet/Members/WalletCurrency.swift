/// The points currency's names.
public struct WalletCurrency: Sendable, Hashable {
    /// The name, such as "Stars".
    public let name: String
    /// The symbol, such as "ST".
    public let symbol: String

    /// Makes a currency.
    public init(name: String, symbol: String) {
        self.name = name
        self.symbol = symbol
    }
}
