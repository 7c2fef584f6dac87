import Foundation
import MultibrandAPI
import Rewards
import SwiftProtobuf

/// One purchase as a file spells it: named fields, all text.
struct PurchaseRecord {
    /// The fields a file may have. `amount` is in major units (`12.34`), `amount_minor` in minor units; one of them, or
    /// both when they say the same.
    static let fields = [
        "spend_id", "card_id", "amount", "amount_minor", "currency", "merchant_category_code", "merchant_name",
        "merchant_country", "occurred_at",
    ]

    private let values: [String: String]

    init(_ values: [String: String]) { self.values = values }

    /// The spend to record; the service checks the rest.
    func spend() throws(PurchaseProblem) -> Multibrand_V1_Spend {
        let currency = try currency()
        var spend = Multibrand_V1_Spend()
        spend.spendID = try required("spend_id")
        spend.cardID = try required("card_id")
        spend.amount.currencyCode = currency.text
        spend.amount.minorUnits = try minorUnits(in: currency)
        spend.merchantCategoryCode = values["merchant_category_code"] ?? ""
        spend.merchantName = values["merchant_name"] ?? ""
        spend.merchantCountry = values["merchant_country"] ?? ""
        if let time = values["occurred_at"], !time.isEmpty { spend.occurredAt = try Self.timestamp(time) }
        return spend
    }

    private func required(_ field: String) throws(PurchaseProblem) -> String {
        guard let value = values[field], !value.isEmpty else {
            throw PurchaseProblem(reason: "MISSING_FIELD", message: "\(field) is empty")
        }
        return value
    }

    private func currency() throws(PurchaseProblem) -> CurrencyCode {
        let text = try required("currency")
        do {
            return try CurrencyCode(text)
        } catch {
            throw PurchaseProblem(reason: "UNKNOWN_CURRENCY", message: "currency is not an ISO 4217 code")
        }
    }

    /// The amount, however it is written; written twice, both must say the same.
    private func minorUnits(in currency: CurrencyCode) throws(PurchaseProblem) -> Int64 {
        let minorText = values["amount_minor"] ?? ""
        let majorText = values["amount"] ?? ""
        guard !minorText.isEmpty else {
            guard !majorText.isEmpty else {
                throw PurchaseProblem(reason: "MISSING_FIELD", message: "amount is empty, and so is amount_minor")
            }
            return try minorUnits(ofMajor: majorText, in: currency)
        }
        guard let minor = Int64(minorText) else {
            throw PurchaseProblem(reason: "BAD_AMOUNT", message: "amount_minor is not a whole number")
        }
        guard !majorText.isEmpty else { return minor }
        let major = try minorUnits(ofMajor: majorText, in: currency)
        guard major == minor else {
            throw PurchaseProblem(
                reason: "BAD_AMOUNT",
                message:
                    "amount \(majorText) is \(major) in minor units, but amount_minor is \(minor): give one of them, "
                    + "or the same twice"
            )
        }
        return minor
    }

    private func minorUnits(ofMajor text: String, in currency: CurrencyCode) throws(PurchaseProblem) -> Int64 {
        do {
            return try Money(currency: currency, majorUnits: ExactDecimal(text)).minorUnits
        } catch let error as any ReasonedError {
            throw PurchaseProblem(reason: "BAD_AMOUNT", message: "amount: \(error)")
        } catch {
            throw PurchaseProblem(reason: "BAD_AMOUNT", message: "amount is not a decimal number")
        }
    }

    private static func timestamp(_ text: String) throws(PurchaseProblem) -> Google_Protobuf_Timestamp {
        guard let micros = InternetTime.microseconds(text, allowsSpace: true) else {
            throw PurchaseProblem(
                reason: "BAD_TIME", message: "occurred_at \(Moment.problem(of: text))")
        }
        return Google_Protobuf_Timestamp(microsecondsSinceEpoch: micros)
    }
}
