import ArgumentParser
import MultibrandAPI
import SwiftProtobuf

/// A purchase as `record` and `preview` take it.
struct PurchaseOptions: ParsableArguments {
    @Option(help: "The card's id.") var card: String
    @Option(help: "The amount in minor units.") var amountMinor: Int64
    @Option(help: "ISO 4217 code of the currency.") var currency: String
    @Option(help: "Merchant category code, four digits.") var category: String = ""
    @Option(help: "The merchant's name.") var merchant: String = ""
    @Option(help: "The merchant's country, ISO 3166-1 alpha-2.") var country: String = ""
    @Option(help: "When the cardholder paid (RFC 3339); now when left out.") var occurredAt: String?
    @Option(help: "The authorisation that it clears.") var authorization: String = ""

    func spend(_ spendID: String) throws -> Multibrand_V1_Spend {
        let time = try occurredAt.map { try Moment.parse($0) }
        return Multibrand_V1_Spend.with {
            $0.spendID = spendID
            $0.cardID = card
            $0.amount.minorUnits = amountMinor
            $0.amount.currencyCode = currency
            $0.merchantCategoryCode = category
            $0.merchantName = merchant
            $0.merchantCountry = country
            $0.authorizationID = authorization
            if let time { $0.occurredAt = time }
        }
    }
}
