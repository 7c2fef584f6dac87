/// The plugin that decides for a program, pinned: what it is and the configuration it ran with (I-9).
public struct PluginIdentity: Sendable, Hashable {
    /// The plugin's name and version, such as `flat-rate@1.0.0`.
    public let plugin: String
    /// The digest of name, version and configuration, in hexadecimal.
    public let digest: String
    /// The number of the program's configuration, counted from 1.
    public let configurationVersion: Int64

    /// Makes an identity.
    public init(plugin: String, digest: String, configurationVersion: Int64) {
        self.plugin = plugin
        self.digest = digest
        self.configurationVersion = configurationVersion
    }
}

/// A share that is offered to one program.
public struct LegOffer: Sendable, Hashable {
    /// The program's place in the weight vector; one past its end for the house's program, which is not in it.
    public let programIndex: Int
    /// The program.
    public let programID: String
    /// What is offered to it, in minor units, above zero.
    public let shareMinor: Int64
    /// The whole spend, in minor units.
    public let wholeMinor: Int64
    /// What the program has had in the period it asked for, or nil when it asked for none.
    public let periodTotals: PeriodTotals?

    /// Makes an offer.
    public init(
        programIndex: Int, programID: String, shareMinor: Int64, wholeMinor: Int64, periodTotals: PeriodTotals? = nil
    ) {
        self.programIndex = programIndex
        self.programID = programID
        self.shareMinor = shareMinor
        self.wholeMinor = wholeMinor
        self.periodTotals = periodTotals
    }
}

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

/// A plugin's failure to answer properly: it parks the leg, and neither stops the service nor loses the spend.
public struct LegFault: ReasonedError, Hashable {
    /// The stable reason, which is stored with the leg.
    public let reason: String
    /// Who failed, or nil when the program has no plugin.
    public let plugin: PluginIdentity?

    /// What happened, for people.
    public var description: String { "the program's plugin gave no usable answer (\(reason)): its leg is parked" }

    /// Makes a fault.
    public init(reason: String, plugin: PluginIdentity?) {
        self.reason = reason
        self.plugin = plugin
    }
}
