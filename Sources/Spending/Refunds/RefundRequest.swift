import Cryptography
package import PostgreSQL
import Rewards

/// A refund as a platform reports it, not yet checked.
package struct RefundRequest: Sendable, Hashable {
    /// The platform's id of the refund; the same id is always the same refund (I-5).
    package var refundID: String
    /// The spend it is of, or empty when the platform does not know it.
    package var spendID: String
    /// The card; may be empty when the spend is named and recorded already.
    package var cardID: String
    /// ISO 4217, the card's currency.
    package var currencyCode: String
    /// What is refunded, in minor units of the currency, above zero.
    package var amountMinor: Int64
    /// ISO 18245, four digits, or empty when not known.
    package var merchantCategoryCode: String
    /// The merchant's name, at most 512 bytes, or empty.
    package var merchantName: String
    /// When the merchant refunded; nil means now.
    package var occurredAt: PostgresTimestamp?
    /// The authorisation whose clearing is refunded, or empty.
    package var authorizationID: String

    /// Makes a request; nothing is checked yet.
    package init(
        refundID: String, spendID: String = "", cardID: String = "", currencyCode: String, amountMinor: Int64,
        merchantCategoryCode: String = "", merchantName: String = "", occurredAt: PostgresTimestamp? = nil,
        authorizationID: String = ""
    ) {
        self.refundID = refundID
        self.spendID = spendID
        self.cardID = cardID
        self.currencyCode = currencyCode
        self.amountMinor = amountMinor
        self.merchantCategoryCode = merchantCategoryCode
        self.merchantName = merchantName
        self.occurredAt = occurredAt
        self.authorizationID = authorizationID
    }

    /// Checks everything that can be checked without the database.
    ///
    /// **Errors** The first of: `INVALID_ARGUMENT` with the field, `UNKNOWN_CURRENCY`, `NOT_POSITIVE`,
    /// `AMOUNT_TOO_LARGE`.
    func validated(now: PostgresTimestamp, times: TimeRule = TimeRule()) throws(SpendingError) -> ValidatedRefund {
        let check = PurchaseCheck(prefix: "")
        try check.identifier(refundID, "refund_id")
        if !spendID.isEmpty { try check.identifier(spendID, "spend_id") }
        // Without a spend there is nothing else to find the card by.
        if !cardID.isEmpty || spendID.isEmpty { try check.identifier(cardID, "card_id") }
        try check.merchant(category: merchantCategoryCode, name: merchantName, country: "")
        try check.time(occurredAt, "occurred_at", times, now: now)
        if !authorizationID.isEmpty { try check.identifier(authorizationID, "authorization_id") }
        return ValidatedRefund(
            refundID: refundID, spendID: spendID.isEmpty ? nil : spendID, cardID: cardID.isEmpty ? nil : cardID,
            amount: try check.amount(amountMinor, currencyCode: currencyCode),
            merchantCategoryCode: merchantCategoryCode, merchantName: merchantName, occurredAt: occurredAt ?? now,
            authorizationID: authorizationID.isEmpty ? nil : authorizationID, hash: contentHash())
    }

    /// The hash that an equal request has again and any other has not (I-5); an absent time counts as absent.
    private func contentHash() -> [UInt8] {
        var bytes = ContentBytes(form: 1)
        bytes.append([
            refundID, spendID, cardID, currencyCode, merchantCategoryCode, merchantName, authorizationID,
        ])
        bytes.append(amountMinor)
        bytes.append(occurredAt)
        return SHA256.digest(bytes.bytes)
    }
}
