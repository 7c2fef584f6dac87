/// A partner program of the sandbox, one element of its data file (contract section 4.2).
package struct SandboxProgram: Sendable, Hashable, Codable {
    /// Cosmo's id of the program.
    package var id: String
    /// Its name.
    package var name: String
    /// The company behind it.
    package var businessName: String
    /// Its line of business.
    package var industry: String
    /// The currency of `pricePerPoint`, ISO 4217.
    package var programCurrency: String
    /// The organisation's currency, ISO 4217.
    package var localCurrency: String
    /// The price of one point in each currency, decimals as text.
    package var pricePerPointInUsd: String
    /// In `programCurrency`.
    package var pricePerPoint: String
    /// In `localCurrency`; the price that `value` is converted with.
    package var pricePerPointInLocalCurrency: String
    /// Limits of one transaction, in points; zero is no limit.
    package var minAmountOfPoints: Int64
    /// See `minAmountOfPoints`.
    package var maxAmountOfPoints: Int64
    /// Limits of one transaction, in the unit of `value`; zero is no limit.
    package var minValue: Int64
    /// See `minValue`.
    package var maxValue: Int64
    /// The account's fields and whether each is required.
    package var fields: [String: Bool]
    /// Whether the partnership is active; an inactive one is not listed and refuses everything.
    package var isActive: Bool
    /// Whether exact-points issuance works for this program, beyond the organisation's own switch.
    package var allowsExactPoints: Bool
    /// What a valid member number begins with; nil accepts any.
    package var memberPrefix: String?

    /// Makes a program with one required field, an active partnership and exact-points issuance.
    package init(
        id: String, name: String, businessName: String, industry: String, programCurrency: String,
        localCurrency: String = "USD", pricePerPointInUsd: String, pricePerPoint: String,
        pricePerPointInLocalCurrency: String, minAmountOfPoints: Int64 = 0, maxAmountOfPoints: Int64 = 0,
        minValue: Int64 = 0, maxValue: Int64 = 0, fields: [String: Bool] = ["destinationUserId": true],
        isActive: Bool = true, allowsExactPoints: Bool = true, memberPrefix: String? = nil
    ) {
        self.id = id
        self.name = name
        self.businessName = businessName
        self.industry = industry
        self.programCurrency = programCurrency
        self.localCurrency = localCurrency
        self.pricePerPointInUsd = pricePerPointInUsd
        self.pricePerPoint = pricePerPoint
        self.pricePerPointInLocalCurrency = pricePerPointInLocalCurrency
        self.minAmountOfPoints = minAmountOfPoints
        self.maxAmountOfPoints = maxAmountOfPoints
        self.minValue = minValue
        self.maxValue = maxValue
        self.fields = fields
        self.isActive = isActive
        self.allowsExactPoints = allowsExactPoints
        self.memberPrefix = memberPrefix
    }
}
