import Rewards

/// The catalogue's description of a program, for display; nothing is computed with it (contract section 4.2).
package struct CatalogueFacts: Sendable, Hashable {
    /// The company behind it.
    package var businessName: String?
    /// A sentence about the brand.
    package var brandDescription: String?
    /// Its line of business.
    package var industry: String?
    /// The address of its logo.
    package var logoURL: String?
    /// The address of its terms and conditions.
    package var termsAndConditionsURL: String?
    /// The price of one point in the program's currency, a decimal.
    package var pricePerPoint: String?
    /// The price of one point in the issuer's currency, a decimal.
    package var pricePerPointInLocalCurrency: String?
    /// The price of one point in US dollars, a decimal.
    package var pricePerPointInUSD: String?

    /// Makes facts that are all missing.
    package init() {}

    /// Reads what is stored; facts that are missing are nil.
    init(_ json: JSONValue) {
        businessName = json["businessName"]?.string
        brandDescription = json["brandDescription"]?.string
        industry = json["industry"]?.string
        logoURL = json["logoURL"]?.string
        termsAndConditionsURL = json["termsAndConditionsURL"]?.string
        pricePerPoint = json["pricePerPoint"]?.string
        pricePerPointInLocalCurrency = json["pricePerPointInLocalCurrency"]?.string
        pricePerPointInUSD = json["pricePerPointInUSD"]?.string
    }
}
