public import AllocationPlugin
public import Rewards

/// Earns the same on every purchase: points for each major unit, or a percentage back as value.
public struct FlatRatePlugin: AllocationPlugin {
    /// The name programs are configured with.
    public static let name = "flat-rate"
    /// The version.
    public static let version = "1.0.0"
    /// One sentence for lists.
    public static let summary = "Earns the same on every purchase: points per major unit, or percent back as value."
    /// The JSON Schema of the configuration.
    public static let configurationSchema = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","additionalProperties":false,
        "properties":{"pointsPerMajorUnit":{"$ref":"#/$defs/rate"},"percentBack":{"$ref":"#/$defs/rate"}},
        "oneOf":[{"required":["pointsPerMajorUnit"]},{"required":["percentBack"]}],
        "$defs":{"rate":{"description":"a decimal from 0 to 5000 with at most 6 decimals","type":["string","number"]}}}
        """

    private let rate: RewardRate

    /// Makes the rule; the configuration has exactly one of `pointsPerMajorUnit` and `percentBack`.
    public init(configuration: JSONValue) throws(PluginConfigurationError) {
        let reader = ConfigurationReader(configuration)
        try reader.object(members: ["pointsPerMajorUnit", "percentBack"])
        switch (reader.optional("pointsPerMajorUnit"), reader.optional("percentBack")) {
        case (let points?, nil): rate = try RewardRate(points, mode: .points)
        case (nil, let percent?): rate = try RewardRate(percent, mode: .value)
        default: throw reader.error("must have exactly one of pointsPerMajorUnit and percentBack")
        }
    }

    /// Accepts the whole share.
    public func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
        AllocationAnswer(
            acceptedMinor: request.shareMinor, earning: try rate.earning(request.shareMinor, request.currency))
    }
}
