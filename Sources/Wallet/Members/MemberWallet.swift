public import Rewards

/// The points currency's names.
public struct WalletCurrency: WalletDocument, Hashable {
    /// The name, such as "Stars".
    public let name: String
    /// The symbol, such as "ST".
    public let symbol: String

    /// Makes a currency.
    public init(name: String, symbol: String) {
        self.name = name
        self.symbol = symbol
    }

    /// `{name, symbol}`.
    public var json: JSONValue { .members([("name", .string(name)), ("symbol", .string(symbol))]) }

    /// Reads `{name, symbol}`.
    public init?(json: JSONValue) {
        guard let name = json["name"]?.string, let symbol = json["symbol"]?.string else { return nil }
        self.init(name: name, symbol: symbol)
    }
}

/// A member's wallet (contract section 5).
///
/// **Guarantees** I-10: `balance = amountReceived - amountSpent`, never below zero.
public struct MemberWallet: WalletDocument, Hashable {
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

    /// `{balance, amountReceived, amountSpent, currency}`.
    public var json: JSONValue {
        .members([
            ("balance", .integer(balance)), ("amountReceived", .integer(amountReceived)),
            ("amountSpent", .integer(amountSpent)), ("currency", currency.json),
        ])
    }

    /// Reads `{balance, amountReceived, amountSpent, currency}`.
    public init?(json: JSONValue) {
        guard let balance = json["balance"]?.int64, let received = json["amountReceived"]?.int64,
            let spent = json["amountSpent"]?.int64, let currency = json["currency"].flatMap(WalletCurrency.init(json:))
        else { return nil }
        self.balance = balance
        amountReceived = received
        amountSpent = spent
        self.currency = currency
    }
}

/// What a credit answers (contract section 2).
public struct WalletCredit: WalletDocument, Hashable {
    /// The balance after the credit, in points.
    public let balance: Int64
    /// The points currency.
    public let currency: WalletCurrency

    init(balance: Int64, currency: WalletCurrency) {
        self.balance = balance
        self.currency = currency
    }

    /// `{balance, currency}`.
    public var json: JSONValue { .members([("balance", .integer(balance)), ("currency", currency.json)]) }

    /// Reads `{balance, currency}`.
    public init?(json: JSONValue) {
        guard let balance = json["balance"]?.int64, let currency = json["currency"].flatMap(WalletCurrency.init(json:))
        else { return nil }
        self.init(balance: balance, currency: currency)
    }
}

/// A member's tier and wallet from one consistent read (contract section 8.5).
public struct WalletEligibility: Sendable, Hashable {
    /// The tier, free text set by the customer.
    public let tier: String
    /// The wallet.
    public let wallet: MemberWallet
    /// `{tier, wallet}`.
    public var json: JSONValue { .members([("tier", .string(tier)), ("wallet", wallet.json)]) }
}
