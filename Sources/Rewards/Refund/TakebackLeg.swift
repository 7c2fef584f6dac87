/// What is taken from one program's leg.
public struct TakebackLeg: Sendable, Hashable {
    /// The program.
    public let programID: String
    /// What leaves the leg, in minor units.
    public let amountMinor: Int64
    /// By how much the program's period total of accepted money falls, in minor units: the amount, less for a leg that
    /// a plugin took only in part when it was settled, zero for a leg that is still parked.
    public let acceptedMinor: Int64
    /// What the leg no longer earns; nil when it is still parked and has earned nothing.
    public let earning: Earning?
    /// Whether it is a leg of the spend's release.
    public let isOfRelease: Bool

    /// What is no longer earned in millionths, zero for a parked leg; the period total of earnings falls by it too.
    public var micro: Int64 { earning?.micro ?? 0 }

    /// Makes a leg of a takeback.
    public init(
        programID: String, amountMinor: Int64, acceptedMinor: Int64, earning: Earning?, isOfRelease: Bool = false
    ) {
        self.programID = programID
        self.amountMinor = amountMinor
        self.acceptedMinor = acceptedMinor
        self.earning = earning
        self.isOfRelease = isOfRelease
    }

    /// The same as a leg of the spend's release.
    public var ofRelease: TakebackLeg {
        TakebackLeg(
            programID: programID, amountMinor: amountMinor, acceptedMinor: acceptedMinor, earning: earning,
            isOfRelease: true)
    }
}
