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

/// A member's tier and wallet from one consistent read (contract section 8.5).
public struct WalletEligibility: Sendable, Hashable {
    /// The tier, free text set by the customer.
    public let tier: String
    /// The wallet.
    public let wallet: MemberWallet
}
