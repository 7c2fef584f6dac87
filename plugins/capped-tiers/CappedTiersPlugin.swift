public import AllocationPlugin
public import Rewards

/// Earns at rates that depend on the month's spending so far, up to a cap for each month.
public struct CappedTiersPlugin: AllocationPlugin {
    /// The name programs are configured with.
    public static let name = "capped-tiers"
    /// The version.
    public static let version = "1.0.0"
    /// One sentence for lists.
    public static let summary =
        "Earns at rates by the month's spending so far, with a monthly cap on spending or earning."
    /// The JSON Schema of the configuration.
    public static let configurationSchema = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","additionalProperties":false,
        "required":["tiers"],"properties":{
        "mode":{"description":"points per major unit, or percent as \
        value","enum":["points","value"],"default":"points"},
        "tiers":{"description":"in rising order; the last has no upTo","type":"array","minItems":1,"maxItems":8,
        "items":{"type":"object","additionalProperties":false,"required":["rate"],"properties":{
        "upTo":{"description":"whole major units of the month's \
        spending","type":"integer","minimum":1,"maximum":1000000000},
        "rate":{"description":"a decimal from 0 to 5000 with at most 6 decimals","type":["string","number"]}}}},
        "cap":{"type":"object","additionalProperties":false,"required":["on","limit","beyond"],"properties":{
        "on":{"enum":["spending","earning"]},
        "limit":{"description":"whole major units, or whole points for a cap on earned \
        points","type":"integer","minimum":0,
        "maximum":100000000},"beyond":{"enum":["refuse","absorb"]}}}}}
        """

    private let mode: RewardRate.Mode
    private let tiers: TierSchedule
    private let cap: Cap?

    private struct Cap: Sendable {
        let on: On
        let limit: Int64
        let beyond: Beyond

        enum On: String, CaseIterable {
            case spending
            case earning
        }

        enum Beyond: String, CaseIterable {
            case refuse
            case absorb
        }
    }

    /// The calendar month of the purchase, in UTC.
    public var accumulates: Period? { .calendarMonth }

    /// Makes the rule; see the plugin's page for the members.
    public init(configuration: JSONValue) throws(PluginConfigurationError) {
        let reader = ConfigurationReader(configuration)
        try reader.object(members: ["mode", "tiers", "cap"])
        mode = try reader.optional("mode")?.choice(of: RewardRate.Mode.self) ?? .points
        tiers = try TierSchedule(try reader.member("tiers"), mode: mode)
        guard let cap = reader.optional("cap") else {
            self.cap = nil
            return
        }
        try cap.object(members: ["on", "limit", "beyond"])
        self.cap = Cap(
            on: try cap.member("on").choice(of: Cap.On.self),
            limit: try cap.member("limit").integer(in: 0...100_000_000),
            beyond: try cap.member("beyond").choice(of: Cap.Beyond.self))
    }

    /// Accepts up to the cap, or everything when the cap absorbs.
    public func allocate(_ request: AllocationRequest) throws(AllocationError) -> AllocationAnswer {
        let share = request.shareMinor
        let run = try tiers.run(from: request.periodTotals.acceptedMinor, amount: share, request.currency)
        guard let cap else { return answer(run, accepted: share, earning: share, micro: try run.micro(share), share) }
        let capacity: Int64
        var microMax = Int64.max
        switch cap.on {
        case .spending:
            let limitMinor = cap.limit * request.currency.minorPerMajor
            capacity = min(share, max(limitMinor - request.periodTotals.acceptedMinor, 0))
        case .earning:
            let unit = mode == .points ? 1 : request.currency.minorPerMajor
            microMax = max(cap.limit * unit * MicroPoints.perPoint - request.periodTotals.earnedMicro, 0)
            capacity = cap.beyond == .refuse ? run.mostEarning(atMost: microMax) : run.leastEarning(atLeast: microMax)
        }
        switch cap.beyond {
        case .refuse:
            return answer(run, accepted: capacity, earning: capacity, micro: try run.micro(capacity), share)
        case .absorb:
            // A cap on earning may end inside a unit: that unit earns what is left.
            let micro = min(try run.micro(capacity), microMax)
            return answer(run, accepted: share, earning: capacity, micro: micro, share)
        }
    }

    private func answer(
        _ run: TierSchedule.Run, accepted: Int64, earning: Int64, micro: Int64, _ share: Int64
    ) -> AllocationAnswer {
        var adjustments = run.adjustments(earning)
        if accepted < share {
            adjustments.append(Adjustment(.refused, reason: "CAP_REACHED", amountMinor: share - accepted))
        } else if earning < share {
            adjustments.append(Adjustment(.unearned, reason: "CAP_REACHED", amountMinor: share - earning))
        }
        return AllocationAnswer(acceptedMinor: accepted, earning: mode.earning(micro: micro), adjustments: adjustments)
    }
}
