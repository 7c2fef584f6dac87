package import Foundation

/// A partner program that may be issued to, one element of `GET /programs` (contract section 4.2).
package struct CosmoProgram: Sendable, Hashable {
    /// The value every other call takes as `programId`.
    package var id: String
    /// The program's name.
    package var name: String
    /// The company behind it.
    package var businessName: String?
    /// The address of its logo.
    package var logoURL: String?
    /// Its line of business.
    package var industry: String?
    /// Its terms and conditions.
    package var termsAndConditionsURL: String?
    /// A sentence about the brand.
    package var brandDescription: String?
    /// The currency of `pricePerPoint`, ISO 4217.
    package var programCurrency: String?
    /// The organisation's own currency, the one `value` and `pricePerPointInLocalCurrency` are in.
    package var localCurrency: String?
    /// The price of one point in US dollars.
    package var pricePerPointInUSD: Decimal?
    /// The price of one point in `programCurrency`.
    package var pricePerPoint: Decimal?
    /// The price of one point in `localCurrency`.
    package var pricePerPointInLocalCurrency: Decimal?
    /// The least and most points one transaction may issue.
    package var pointsLimits: CosmoLimits
    /// The least and most `value` one transaction may carry, in the configured unit of `value`.
    package var valueLimits: CosmoLimits

    /// Makes a program; everything beyond the id may be unknown.
    package init(
        id: String, name: String, businessName: String? = nil, logoURL: String? = nil, industry: String? = nil,
        termsAndConditionsURL: String? = nil, brandDescription: String? = nil, programCurrency: String? = nil,
        localCurrency: String? = nil, pricePerPointInUSD: Decimal? = nil, pricePerPoint: Decimal? = nil,
        pricePerPointInLocalCurrency: Decimal? = nil, pointsLimits: CosmoLimits = .none,
        valueLimits: CosmoLimits = .none
    ) {
        self.id = id
        self.name = name
        self.businessName = businessName
        self.logoURL = logoURL
        self.industry = industry
        self.termsAndConditionsURL = termsAndConditionsURL
        self.brandDescription = brandDescription
        self.programCurrency = programCurrency
        self.localCurrency = localCurrency
        self.pricePerPointInUSD = pricePerPointInUSD
        self.pricePerPoint = pricePerPoint
        self.pricePerPointInLocalCurrency = pricePerPointInLocalCurrency
        self.pointsLimits = pointsLimits
        self.valueLimits = valueLimits
    }
}
