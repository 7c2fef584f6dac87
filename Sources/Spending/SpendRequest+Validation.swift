import PostgreSQL
import Rewards

extension SpendRequest {
    /// The largest amount of one spend, in minor units.
    public static let amountMinorMax: Int64 = 1_000_000_000_000_000
    /// The longest merchant name, in bytes of UTF-8.
    public static let merchantNameBytesMax = 512

    /// 0001-01-01T00:00:00Z to the last microsecond of the year 9999: the range of `google.protobuf.Timestamp`.
    static let occurredAtMicrosRange: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

    /// Checks everything that can be checked without the database.
    ///
    /// **Errors** The first of: `INVALID_ARGUMENT` with the field, `UNKNOWN_CURRENCY`, `NOT_POSITIVE`, `AMOUNT_TOO_LARGE`.
    func validated(now: PostgresTimestamp) throws(SpendingError) -> ValidatedSpend {
        try checkFields()
        let currency: CurrencyCode
        do {
            currency = try CurrencyCode(currencyCode)
        } catch {
            throw SpendingError(
                .unknownCurrency, "the currency is not an active ISO 4217 code: send three upper-case letters, as USD",
                field: "spend.amount.currency_code")
        }
        guard amountMinor > 0 else {
            throw SpendingError(
                .notPositive, "the amount must be above zero: what is taken back is a refund, not a negative spend",
                field: "spend.amount.minor_units")
        }
        guard amountMinor <= Self.amountMinorMax else {
            throw SpendingError(
                .amountTooLarge, "the amount is over 10^15 minor units: check its unit",
                field: "spend.amount.minor_units")
        }
        return ValidatedSpend(
            input: SpendInput(
                spendID: spendID, cardID: cardID, amount: Money(currency: currency, minorUnits: amountMinor),
                merchantCategoryCode: merchantCategoryCode, merchantName: merchantName,
                merchantCountry: merchantCountry, occurredAtMicros: (occurredAt ?? now).microsecondsSinceEpoch),
            hash: contentHash())
    }

    private func checkFields() throws(SpendingError) {
        func refuse(_ field: String, _ message: String) -> SpendingError {
            SpendingError(.invalidArgument, message, field: field)
        }
        let idRule = "must be 1 to 128 bytes of UTF-8 without control characters"
        guard IdentifierRule.check(spendID) else { throw refuse("spend.spend_id", "spend_id \(idRule)") }
        guard IdentifierRule.check(cardID) else { throw refuse("spend.card_id", "card_id \(idRule)") }
        let category = merchantCategoryCode.utf8
        guard category.isEmpty || (category.count == 4 && category.allSatisfy { (0x30...0x39).contains($0) }) else {
            throw refuse("spend.merchant_category_code", "merchant_category_code must be four digits, or empty")
        }
        guard merchantName.utf8.count <= Self.merchantNameBytesMax, !merchantName.utf8.contains(0) else {
            throw refuse(
                "spend.merchant_name", "merchant_name must be at most 512 bytes of UTF-8 without NUL, or empty")
        }
        let country = merchantCountry.utf8
        guard country.isEmpty || (country.count == 2 && country.allSatisfy { (0x41...0x5A).contains($0) }) else {
            throw refuse(
                "spend.merchant_country", "merchant_country must be two upper-case letters (ISO 3166-1), or empty")
        }
        if let occurredAt, !Self.occurredAtMicrosRange.contains(occurredAt.microsecondsSinceEpoch) {
            throw refuse("spend.occurred_at", "occurred_at must lie in the years 0001 to 9999")
        }
    }
}

/// A spend whose fields are sound, with the hash that tells an equal request from another.
struct ValidatedSpend: Sendable, Hashable {
    let input: SpendInput
    /// SHA-256 over every field as it was sent, see `SpendRequest.contentHash()`.
    let hash: [UInt8]
}
