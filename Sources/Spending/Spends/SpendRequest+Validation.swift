import PostgreSQL
import Rewards

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
