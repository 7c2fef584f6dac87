/// How a leg that was parked by its decision was settled later: what a refund and a replay ask again (I-4, I-9).
public struct SettledLeg: Sendable, Hashable {
    /// Who answered at last.
    public let plugin: PluginIdentity
    /// What the program had had in its period then; nil when its plugin asks for no period.
    public let periodTotals: PeriodTotals?
    /// What the plugin took of the leg, in minor units: at most the leg's amount. The leg itself keeps its amount.
    public let acceptedMinor: Int64
    /// What the leg earns since.
    public let earning: Earning

    /// Makes the record of a settlement.
    public init(plugin: PluginIdentity, periodTotals: PeriodTotals?, acceptedMinor: Int64, earning: Earning) {
        self.plugin = plugin
        self.periodTotals = periodTotals
        self.acceptedMinor = acceptedMinor
        self.earning = earning
    }

    /// Reads back what ``document`` wrote; nil for anything else.
    public init?(document: JSONValue) {
        guard let plugin = document["plugin"].flatMap(PluginIdentity.init(document:)),
            let accepted = document["accepted"]?.int64, accepted >= 0,
            let earning = Earning(document: document["earning"]), earning.micro >= 0
        else { return nil }
        let totals = document["periodTotals"].flatMap(PeriodTotals.init(document:))
        self.init(plugin: plugin, periodTotals: totals, acceptedMinor: accepted, earning: earning)
        guard self.document == document else { return nil }
    }

    /// The record as JSON, with the names that a decision's bytes use: what is stored beside the leg.
    public var document: JSONValue {
        var members = [
            JSONObject.Member("accepted", .number(String(acceptedMinor))),
            JSONObject.Member(
                "earning",
                [earning.unit == .points ? "microPoints" : "microMinor": .number(String(earning.micro))]),
            JSONObject.Member(
                "plugin",
                [
                    "configurationVersion": .number(String(plugin.configurationVersion)),
                    "digest": .string(plugin.digest), "name": .string(plugin.plugin),
                ]),
        ]
        if let periodTotals {
            members.append(
                JSONObject.Member(
                    "periodTotals",
                    [
                        "accepted": .number(String(periodTotals.acceptedMinor)),
                        "earned": .number(String(periodTotals.earnedMicro)),
                    ]))
        }
        return JSONObject(members).map(JSONValue.object) ?? .null
    }
}
