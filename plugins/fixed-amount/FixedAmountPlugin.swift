public import AllocationPlugin
public import Rewards

/// Takes the first units of each purchase ahead of the split, and earns a flat rate on those and on its share of the
/// rest.
public struct FixedAmountPlugin: FixedPartPlugin {
    /// The name programs are configured with.
    public static let name = "fixed-amount"
    /// The version.
    public static let version = "1.0.0"
    /// One sentence for lists.
    public static let summary = "Takes a fixed first part of each purchase ahead of the split, and earns a flat rate."
    /// The JSON Schema of the configuration.
    public static let configurationSchema = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","additionalProperties":false,
        "required":["fixedMinor"],"properties":{
        "fixedMinor":{"description":"the first part of each purchase, in minor units","type":"integer","minimum":1,
        "maximum":1000000000},
        "atLeastMinor":{"description":"no fixed part of purchases of less, in minor units","type":"integer","minimum":0,
        "maximum":1000000000,"default":0},
        "pointsPerMajorUnit":{"$ref":"#/$defs/rate"},"percentBack":{"$ref":"#/$defs/rate"}},
        "oneOf":[{"required":["pointsPerMajorUnit"]},{"required":["percentBack"]}],
        "$defs":{"rate":{"description":"a decimal from 0 to 5000 with at most 6 decimals","type":["string","number"]}}}
        """

    private let fixed: Int64
    private let atLeast: Int64
    private let rate: RewardRate

    /// Makes the rule; see the plugin's page for the members.
    public init(configuration: JSONValue) throws(PluginConfigurationError) {
        let reader = ConfigurationReader(configuration)
        try reader.object(members: ["fixedMinor", "atLeastMinor", "pointsPerMajorUnit", "percentBack"])
        fixed = try reader.member("fixedMinor").integer(in: 1...1_000_000_000)
        atLeast = try reader.optional("atLeastMinor")?.integer(in: 0...1_000_000_000) ?? 0
        switch (reader.optional("pointsPerMajorUnit"), reader.optional("percentBack")) {
        case (let points?, nil): rate = try RewardRate(points, mode: .points)
        case (nil, let percent?): rate = try RewardRate(percent, mode: .value)
        default: throw reader.error("must have exactly one of pointsPerMajorUnit and percentBack")
        }
    }

    /// The fixed part of every purchase that is large enough.
    public func fixedMinor(_ purchase: Purchase) throws(AllocationError) -> Int64 {
        purchase.amount.minorUnits >= atLeast ? fixed : 0
    }

    /// Accepts the fixed part and the share.
    public func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
        AllocationAnswer(
            acceptedMinor: request.shareMinor, earning: try rate.earning(request.shareMinor, request.currency))
    }
}
