public import PostgreSQL

/// A cleared spend as a platform reports it, not yet checked.
public struct SpendRequest: Sendable, Hashable {
    /// The platform's id of the spend; the same id is always the same spend (I-5).
    public var spendID: String
    /// The card.
    public var cardID: String
    /// ISO 4217, the card's currency.
    public var currencyCode: String
    /// The cleared amount in minor units of the currency.
    public var amountMinor: Int64
    /// ISO 18245, four digits, or empty when not known.
    public var merchantCategoryCode: String
    /// The merchant's name, at most 512 bytes, or empty.
    public var merchantName: String
    /// ISO 3166-1 alpha-2, or empty.
    public var merchantCountry: String
    /// When the cardholder paid; nil means now.
    public var occurredAt: PostgresTimestamp?
    /// The authorisation that this clears, or empty.
    public var authorizationID: String

    /// Makes a request; nothing is checked yet.
    public init(
        spendID: String, cardID: String, currencyCode: String, amountMinor: Int64, merchantCategoryCode: String = "",
        merchantName: String = "", merchantCountry: String = "", occurredAt: PostgresTimestamp? = nil,
        authorizationID: String = ""
    ) {
        self.spendID = spendID
        self.cardID = cardID
        self.currencyCode = currencyCode
        self.amountMinor = amountMinor
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.merchantCountry = merchantCountry
        self.occurredAt = occurredAt
        self.authorizationID = authorizationID
    }
}
