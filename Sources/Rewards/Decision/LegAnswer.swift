/// What a program's plugin answers to an offer.
public struct LegAnswer: Sendable, Hashable {
    /// What the program takes of the share, in minor units.
    public let acceptedMinor: Int64
    /// What it earns on what it takes.
    public let earning: Earning
    /// The rules that applied.
    public let adjustments: [Adjustment]
    /// Who answered.
    public let plugin: PluginIdentity

    /// Makes an answer.
    public init(acceptedMinor: Int64, earning: Earning, adjustments: [Adjustment] = [], plugin: PluginIdentity) {
        self.acceptedMinor = acceptedMinor
        self.earning = earning
        self.adjustments = adjustments
        self.plugin = plugin
    }
}

extension LegAnswer {
    /// The core's own guard, so that I-1 and I-2 hold even for a host that checks nothing; nil when the answer will do.
    func fault(asAnswerTo offer: LegOffer) -> LegFault? {
        guard acceptedMinor >= 0, acceptedMinor <= offer.shareMinor else {
            return LegFault(reason: "PLUGIN_ACCEPTED_OUT_OF_BOUNDS", plugin: plugin)
        }
        guard earning.micro >= 0 else { return LegFault(reason: "PLUGIN_EARNING_NEGATIVE", plugin: plugin) }
        guard acceptedMinor > 0 || earning.micro == 0 else {
            return LegFault(reason: "PLUGIN_EARNING_ON_NOTHING", plugin: plugin)
        }
        return nil
    }
}
