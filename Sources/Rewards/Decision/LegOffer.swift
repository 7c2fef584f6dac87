/// A share that is offered to one program.
public struct LegOffer: Sendable, Hashable {
    /// The program's place in the weight vector; one past its end for the issuer's own program, which is not in it.
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
