public import AllocationPlugin
public import Rewards

/// Earns by the merchant's category, and refuses the categories that earn nothing anywhere: cash, gambling and the
/// like.
public struct CategoryPlugin: AllocationPlugin {
    /// The name programs are configured with.
    public static let name = "category"
    /// The version.
    public static let version = "1.0.0"
    /// One sentence for lists.
    public static let summary = "Earns by merchant category code, with a default rate and excluded categories."
    /// The JSON Schema of the configuration.
    public static let configurationSchema = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","additionalProperties":false,
        "required":["categories","defaultRate"],"properties":{
        "categories":{"description":"version of the category table","enum":["2026-11"]},
        "mode":{"description":"points per major unit, or percent as \
        value","enum":["points","value"],"default":"points"},
        "defaultRate":{"$ref":"#/$defs/rate"},
        "rates":{"type":"array","maxItems":64,"items":{"type":"object","additionalProperties":false,"required":["rate"],
        "properties":{"category":{"type":"string"},"name":{"type":"string","pattern":"^[A-Z][A-Z0-9_]{0,39}$"},
        "codes":{"type":"array","minItems":1,"maxItems":64,\
        "items":{"type":"string","pattern":"^[0-9]{4}(-[0-9]{4})?$"}},
        "rate":{"$ref":"#/$defs/rate"}},"oneOf":[{"required":["category"]},{"required":["name","codes"]}]}},
        "exclusions":{"type":"array","maxItems":64,"items":{"type":"string"},\
        "default":["CASH","QUASI_CASH","GAMBLING"]},
        "unknownCode":{"description":"a code that is absent or not four \
        digits","enum":["default","refuse"],"default":"default"}},
        "$defs":{"rate":{"description":"a decimal from 0 to 5000 with at most 6 decimals","type":["string","number"]}}}
        """

    private let rules: [Rule]
    /// The rule of each of the 10,000 codes, as a place in `rules`.
    private let ruleOfCode: [UInt8]
    private let ruleOfUnknownCode: Int

    struct Rule: Sendable {
        /// Nil refuses the share.
        let rate: RewardRate?
        let mode: RewardRate.Mode
        /// Nil adds no adjustment.
        let reason: String?
    }

    /// Makes the rule; see the plugin's page for the members.
    public init(configuration: JSONValue) throws(PluginConfigurationError) {
        let rulebook = try CategoryRulebook(configuration)
        rules = rulebook.rules
        ruleOfCode = rulebook.ruleOfCode
        ruleOfUnknownCode = rulebook.ruleOfUnknownCode
    }

    /// Accepts the whole share at its category's rate, or refuses all of it.
    public func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
        let share = request.shareMinor
        let rule = rules[request.purchase.merchantCategoryNumber.map { Int(ruleOfCode[$0]) } ?? ruleOfUnknownCode]
        var adjustments: [Adjustment] = []
        if let reason = rule.reason, share > 0 {
            adjustments = [Adjustment(rule.rate == nil ? .refused : .rated, reason: reason, amountMinor: share)]
        }
        guard let rate = rule.rate else {
            return AllocationAnswer(acceptedMinor: 0, earning: rule.mode.earning(micro: 0), adjustments: adjustments)
        }
        return AllocationAnswer(
            acceptedMinor: share, earning: try rate.earning(share, request.currency), adjustments: adjustments)
    }
}
