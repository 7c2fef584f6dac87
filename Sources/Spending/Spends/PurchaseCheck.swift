import PostgreSQL
import Rewards

/// The checks that spends and authorisations share; each names the field at fault.
struct PurchaseCheck {
    /// The text before the field's name in the message, such as `spend.`.
    let prefix: String

    func identifier(_ text: String, _ field: String) throws(SpendingError) {
        guard IdentifierRule.check(text) else {
            throw refusal(field, "\(field) must be 1 to 128 bytes of UTF-8 without control characters")
        }
    }

    func merchant(category: String, name: String, country: String) throws(SpendingError) {
        let digits = category.utf8
        guard digits.isEmpty || (digits.count == 4 && digits.allSatisfy { (0x30...0x39).contains($0) }) else {
            throw refusal("merchant_category_code", "merchant_category_code must be four digits, or empty")
        }
        guard name.utf8.count <= SpendRequest.merchantNameBytesMax, !name.utf8.contains(0) else {
            throw refusal("merchant_name", "merchant_name must be at most 512 bytes of UTF-8 without NUL, or empty")
        }
        let letters = country.utf8
        guard letters.isEmpty || (letters.count == 2 && letters.allSatisfy { (0x41...0x5A).contains($0) }) else {
            throw refusal(
                "merchant_country", "merchant_country must be two upper-case letters (ISO 3166-1), or empty")
        }
    }

    /// Holds the time of something that has happened to the rule; none is sound.
    func time(
        _ time: PostgresTimestamp?, _ field: String, _ times: TimeRule, now: PostgresTimestamp
    ) throws(SpendingError) {
        guard let time else { return }
        let micros = time.microsecondsSinceEpoch
        if let problem = times.problem(ofPast: micros, now: now.microsecondsSinceEpoch) {
            throw refusal(field, "\(field) \(problem)")
        }
    }

    /// **Errors** The first of: `UNKNOWN_CURRENCY`, `NOT_POSITIVE`, `AMOUNT_TOO_LARGE`.
    func amount(_ amountMinor: Int64, currencyCode: String) throws(SpendingError) -> Money {
        let currency: CurrencyCode
        do {
            currency = try CurrencyCode(currencyCode)
        } catch {
            throw SpendingError(
                .unknownCurrency, "the currency is not an active ISO 4217 code: send three upper-case letters, as USD",
                field: prefix + "amount.currency_code")
        }
        guard amountMinor > 0 else {
            throw SpendingError(
                .notPositive, "the amount must be above zero: what is taken back is a refund, not a negative spend",
                field: prefix + "amount.minor_units")
        }
        guard amountMinor <= SpendRequest.amountMinorMax else {
            throw SpendingError(
                .amountTooLarge, "the amount is over 10^15 minor units: check its unit",
                field: prefix + "amount.minor_units")
        }
        return Money(currency: currency, minorUnits: amountMinor)
    }

    private func refusal(_ field: String, _ message: String) -> SpendingError {
        SpendingError(.invalidArgument, message, field: prefix + field)
    }
}
