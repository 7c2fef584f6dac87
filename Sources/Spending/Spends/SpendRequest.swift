import Cryptography
package import PostgreSQL
import Rewards

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

extension SpendRequest {
    /// The hash that an equal request has again and any other has not (I-5).
    ///
    /// It covers what was sent, not what was made of it: a request without `occurred_at` equals its own repetition a
    /// day later. A preview's token is no part of the spend and is not covered.
    func contentHash() -> [UInt8] {
        var bytes = ContentBytes(form: 1)
        bytes.append([spendID, cardID, currencyCode, merchantCategoryCode, merchantName, merchantCountry])
        bytes.append(amountMinor)
        bytes.append(occurredAt)
        bytes.appendLater(authorizationID.isEmpty ? nil : authorizationID, tag: 2)
        return SHA256.digest(bytes.bytes)
    }
}

extension SpendRequest {
    /// The largest amount of one spend, in minor units.
    package static let amountMinorMax: Int64 = 1_000_000_000_000_000
    /// The longest merchant name, in bytes of UTF-8.
    package static let merchantNameBytesMax = 512

    /// Checks everything that can be checked without the database.
    ///
    /// - Parameters:
    ///   - times: When a purchase may have happened.
    ///   - previewToken: What `PreviewSpend` gave for this spend, or empty; it says when the purchase happened if the
    ///     request does not.
    /// **Errors** The first of: `INVALID_ARGUMENT` with the field, `UNKNOWN_CURRENCY`, `NOT_POSITIVE`,
    /// `AMOUNT_TOO_LARGE`, `BAD_PREVIEW_TOKEN`, `PREVIEW_OF_ANOTHER_SPEND`.
    func validated(
        now: PostgresTimestamp, times: TimeRule = TimeRule(), previewToken: String = ""
    ) throws(SpendingError) -> ValidatedSpend {
        let check = PurchaseCheck(prefix: "spend.")
        try check.identifier(spendID, "spend_id")
        try check.identifier(cardID, "card_id")
        try check.merchant(category: merchantCategoryCode, name: merchantName, country: merchantCountry)
        try check.time(occurredAt, "occurred_at", times, now: now)
        if !authorizationID.isEmpty { try check.identifier(authorizationID, "authorization_id") }
        let amount = try check.amount(amountMinor, currencyCode: currencyCode)
        let hash = contentHash()
        var preview: PreviewToken?
        if !previewToken.isEmpty {
            guard let token = PreviewToken(text: previewToken) else { throw .badPreviewToken }
            guard token.contentHash == hash else { throw .previewOfAnotherSpend }
            try check.time(
                PostgresTimestamp(microsecondsSinceEpoch: token.occurredAtMicros), "occurred_at", times, now: now)
            preview = token
        }
        let occurredAtMicros =
            occurredAt?.microsecondsSinceEpoch ?? preview?.occurredAtMicros ?? now.microsecondsSinceEpoch
        return ValidatedSpend(
            input: SpendInput(
                spendID: spendID, cardID: cardID,
                purchase: Purchase(
                    amount: amount, merchantCategoryCode: merchantCategoryCode, merchantName: merchantName,
                    merchantCountry: merchantCountry, occurredAtMicros: occurredAtMicros)),
            authorizationID: authorizationID.isEmpty ? nil : authorizationID, hash: hash, preview: preview)
    }
}
