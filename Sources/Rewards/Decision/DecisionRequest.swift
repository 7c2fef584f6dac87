/// Everything a decision is made from, except the plugins (I-9).
public struct DecisionRequest: Sendable, Hashable {
    /// The purchase.
    public let input: SpendInput
    /// The version of the card's preference.
    public let preferenceVersion: Int64
    /// The shares of that version; empty for a card without links.
    public let weights: WeightVector
    /// What the card has spent under these weights before, in minor units.
    public let runningTotal: Int64
    /// What each program has had in its period, in the order of the weights and the issuer's own program behind them;
    /// shorter means nil for the rest.
    public let periodTotals: [PeriodTotals?]
    /// Where what nobody takes goes.
    public let fallback: FallbackPolicy
    /// What plugins see as the whole spend, in minor units; nil means the amount.
    ///
    /// A smaller amount of a recorded spend is decided under the whole that was recorded, so that a rule which looks at
    /// the whole answers a refund as it answered the spend (I-4). Such a decision is for comparing, never for storing.
    public let wholeMinor: Int64?

    /// Makes a request.
    public init(
        input: SpendInput, preferenceVersion: Int64, weights: WeightVector, runningTotal: Int64,
        periodTotals: [PeriodTotals?] = [], fallback: FallbackPolicy = .standard, wholeMinor: Int64? = nil
    ) {
        self.input = input
        self.preferenceVersion = preferenceVersion
        self.weights = weights
        self.runningTotal = runningTotal
        self.periodTotals = periodTotals
        self.fallback = fallback
        self.wholeMinor = wholeMinor
    }

    /// - Parameter index: the program's place in the weights; one past their end is the issuer's own program.
    func offer(_ shareMinor: Int64, toProgramAt index: Int) -> LegOffer {
        LegOffer(
            programIndex: index,
            programID: index < weights.count ? weights.programIDs[index] : fallback.ownProgramID ?? "",
            shareMinor: shareMinor,
            wholeMinor: wholeMinor ?? input.purchase.amount.minorUnits,
            periodTotals: index < periodTotals.count ? periodTotals[index] : nil)
    }
}
