/// A partner program of the sandbox, one element of its data file (contract section 4.2).
public struct SandboxProgram: Sendable, Hashable, Codable {
    /// Cosmo's id of the program.
    public var id: String
    /// Its name.
    public var name: String
    /// The company behind it.
    public var businessName: String
    /// Its line of business.
    public var industry: String
    /// The currency of `pricePerPoint`, ISO 4217.
    public var programCurrency: String
    /// The organisation's currency, ISO 4217.
    public var localCurrency: String
    /// The price of one point in each currency, decimals as text.
    public var pricePerPointInUsd: String
    /// In `programCurrency`.
    public var pricePerPoint: String
    /// In `localCurrency`; the price that `value` is converted with.
    public var pricePerPointInLocalCurrency: String
    /// Limits of one transaction, in points; zero is no limit.
    public var minAmountOfPoints: Int64
    /// See `minAmountOfPoints`.
    public var maxAmountOfPoints: Int64
    /// Limits of one transaction, in the unit of `value`; zero is no limit.
    public var minValue: Int64
    /// See `minValue`.
    public var maxValue: Int64
    /// The account's fields and whether each is required.
    public var fields: [String: Bool]
    /// Whether the partnership is active; an inactive one is not listed and refuses everything.
    public var isActive: Bool
    /// Whether exact-points issuance works for this program, beyond the organisation's own switch.
    public var allowsExactPoints: Bool
    /// What a valid member number begins with; nil accepts any.
    public var memberPrefix: String?

    /// Makes a program with one required field, an active partnership and exact-points issuance.
    public init(
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
