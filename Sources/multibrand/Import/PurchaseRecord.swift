import Foundation
import MultibrandAPI
import Rewards
import SwiftProtobuf

/// Why a line of a purchases file cannot be recorded.
struct PurchaseProblem: Error {
    let reason: String
    let message: String
}

/// One purchase as a file spells it: named fields, all text.
struct PurchaseRecord {
    /// The fields a file may have. `amount` is in major units (`12.34`), `amount_minor` in minor units; one of them.
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

    private func minorUnits(in currency: CurrencyCode) throws(PurchaseProblem) -> Int64 {
        if let text = values["amount_minor"], !text.isEmpty {
            guard let minor = Int64(text) else {
                throw PurchaseProblem(reason: "BAD_AMOUNT", message: "amount_minor is not a whole number")
            }
            return minor
        }
        let text = try required("amount")
        do {
            return try Money(currency: currency, majorUnits: ExactDecimal(text)).minorUnits
        } catch let error as any ReasonedError {
            throw PurchaseProblem(reason: "BAD_AMOUNT", message: "amount: \(error)")
        } catch {
            throw PurchaseProblem(reason: "BAD_AMOUNT", message: "amount is not a decimal number")
        }
    }

    /// RFC 3339, as protobuf's JSON mapping reads it.
    private static func timestamp(_ text: String) throws(PurchaseProblem) -> Google_Protobuf_Timestamp {
        do {
            return try Google_Protobuf_Timestamp(jsonString: "\"\(text)\"")
        } catch {
            throw PurchaseProblem(
                reason: "BAD_TIME", message: "occurred_at is not an RFC 3339 time such as 2026-11-01T08:30:00Z")
        }
    }
}
