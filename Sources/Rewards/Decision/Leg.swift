/// What one program has of a spend.
public struct Leg: Sendable, Hashable {
    /// Whether the leg has earned.
    public enum Status: String, Sendable, Hashable {
        /// The plugin answered; ``Leg/earning`` holds what it earns.
        case earned = "EARNED"
        /// The plugin failed; the leg keeps its amount (I-1), earns nothing yet and waits for an operator.
        case parked = "PARKED"
    }

    /// The program.
    public let programID: String
    /// Whether it has earned.
    public let status: Status
    /// The share the plugin was asked about last, in minor units.
    public let offeredMinor: Int64
    /// The part that is in this leg, in minor units: what was accepted, or all that was offered when parked.
    public let amountMinor: Int64
    /// What it earns; nil while parked.
    public let earning: Earning?
    /// Why it is parked; nil otherwise.
    public let faultReason: String?
    /// The rules that applied.
    public let adjustments: [Adjustment]
    /// Who decided; nil when the program has no plugin.
    public let plugin: PluginIdentity?
    /// What the program had had in its period when it was asked; nil when its plugin asks for no period.
    public let periodTotals: PeriodTotals?

    /// What is earned in millionths; zero while parked.
    public var earnedMicro: Int64 { earning?.micro ?? 0 }

    /// Makes a leg.
    public init(
        programID: String, status: Status, offeredMinor: Int64, amountMinor: Int64, earning: Earning?,
        faultReason: String?, adjustments: [Adjustment], plugin: PluginIdentity?, periodTotals: PeriodTotals?
    ) {
        self.programID = programID
        self.status = status
        self.offeredMinor = offeredMinor
        self.amountMinor = amountMinor
        self.earning = earning
        self.faultReason = faultReason
        self.adjustments = adjustments
        self.plugin = plugin
        self.periodTotals = periodTotals
    }

    /// The leg of a program that answered.
    init(_ offer: LegOffer, _ answer: LegAnswer) {
        self.init(
            programID: offer.programID, status: .earned, offeredMinor: offer.shareMinor,
            amountMinor: answer.acceptedMinor, earning: answer.earning, faultReason: nil,
            adjustments: answer.adjustments, plugin: answer.plugin, periodTotals: offer.periodTotals)
    }

    /// The leg of a program whose plugin failed.
    init(parked offer: LegOffer, _ fault: LegFault) {
        self.init(
            programID: offer.programID, status: .parked, offeredMinor: offer.shareMinor, amountMinor: offer.shareMinor,
            earning: nil, faultReason: fault.reason, adjustments: [], plugin: fault.plugin,
            periodTotals: offer.periodTotals)
    }
}
