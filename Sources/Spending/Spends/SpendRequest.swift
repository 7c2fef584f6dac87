package import PostgreSQL

/// A cleared spend as a platform reports it, not yet checked.
package struct SpendRequest: Sendable, Hashable {
    /// The platform's id of the spend; the same id is always the same spend (I-5).
    package var spendID: String
    /// The card.
    package var cardID: String
    /// ISO 4217, the card's currency.
    package var currencyCode: String
    /// The cleared amount in minor units of the currency.
    package var amountMinor: Int64
    /// ISO 18245, four digits, or empty when not known.
    package var merchantCategoryCode: String
    /// The merchant's name, at most 512 bytes, or empty.
    package var merchantName: String
    /// ISO 3166-1 alpha-2, or empty.
    package var merchantCountry: String
    /// When the cardholder paid; nil means now.
    package var occurredAt: PostgresTimestamp?
    /// The authorisation that this clears, or empty.
    package var authorizationID: String

    /// Makes a request; nothing is checked yet.
    package init(
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
