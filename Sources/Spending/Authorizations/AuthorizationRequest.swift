import Cryptography
package import PostgreSQL
import Rewards

/// An authorised purchase as a platform reports it, not yet checked.
package struct AuthorizationRequest: Sendable, Hashable {
    /// The platform's id of the authorisation; the same id is always the same authorisation (I-5).
    package var authorizationID: String
    /// The card.
    package var cardID: String
    /// ISO 4217, the card's currency.
    package var currencyCode: String
    /// The authorised amount in minor units of the currency.
    package var amountMinor: Int64
    /// ISO 18245, four digits, or empty when not known.
    package var merchantCategoryCode: String
    /// The merchant's name, at most 512 bytes, or empty.
    package var merchantName: String
    /// ISO 3166-1 alpha-2, or empty.
    package var merchantCountry: String
    /// When the purchase was authorised; nil means now.
    package var authorizedAt: PostgresTimestamp?

    /// Makes a request; nothing is checked yet.
    package init(
        authorizationID: String, cardID: String, currencyCode: String, amountMinor: Int64,
        merchantCategoryCode: String = "", merchantName: String = "", merchantCountry: String = "",
        authorizedAt: PostgresTimestamp? = nil
    ) {
        self.authorizationID = authorizationID
        self.cardID = cardID
        self.currencyCode = currencyCode
        self.amountMinor = amountMinor
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.merchantCountry = merchantCountry
        self.authorizedAt = authorizedAt
    }

    /// Checks everything that can be checked without the database.
    ///
    /// **Errors** The first of: `INVALID_ARGUMENT` with the field, `UNKNOWN_CURRENCY`, `NOT_POSITIVE`,
    /// `AMOUNT_TOO_LARGE`.
    func validated(
        now: PostgresTimestamp, times: TimeRule = TimeRule()
    ) throws(SpendingError) -> ValidatedAuthorization {
        let check = PurchaseCheck(prefix: "")
        try check.identifier(authorizationID, "authorization_id")
        try check.identifier(cardID, "card_id")
        try check.merchant(category: merchantCategoryCode, name: merchantName, country: merchantCountry)
        try check.time(authorizedAt, "authorized_at", times, now: now)
        return ValidatedAuthorization(
            authorizationID: authorizationID, cardID: cardID,
            purchase: Purchase(
                amount: try check.amount(amountMinor, currencyCode: currencyCode),
                merchantCategoryCode: merchantCategoryCode, merchantName: merchantName,
                merchantCountry: merchantCountry,
                occurredAtMicros: (authorizedAt ?? now).microsecondsSinceEpoch), hash: contentHash())
    }

    /// The hash that an equal request has again and any other has not (I-5); an absent time counts as absent.
    private func contentHash() -> [UInt8] {
        var bytes = ContentBytes(form: 1)
        bytes.append([authorizationID, cardID, currencyCode, merchantCategoryCode, merchantName, merchantCountry])
        bytes.append(amountMinor)
        bytes.append(authorizedAt)
        return SHA256.digest(bytes.bytes)
    }
}
