/// What moving a spend's refunded total from one amount to another takes out of its decision (I-4).
///
/// **Guarantees** The legs that are of no release, excluded, held and released sum to the difference of the two refunded
/// totals. All parts have its sign: above zero is taken, below zero is given back.
public struct Takeback: Sendable, Hashable {
    /// What is taken from each program; a program that nothing is taken from is left out. In the order of the weights.
    public let legs: [TakebackLeg]
    /// What is taken from the part that earns nothing for good, in minor units.
    public let excludedMinor: Int64
    /// What is taken from the part that waits for a link, in minor units.
    public let heldMinor: Int64
    /// What is taken from the part that was held and released since, in minor units: the legs of the release, and for the
    /// rest what is excluded of it.
    public let releasedMinor: Int64

    /// Makes a takeback.
    public init(legs: [TakebackLeg], excludedMinor: Int64, heldMinor: Int64, releasedMinor: Int64 = 0) {
        self.legs = legs
        self.excludedMinor = excludedMinor
        self.heldMinor = heldMinor
        self.releasedMinor = releasedMinor
    }

    /// The same with the held part taken from its release.
    ///
    /// - Parameter release: what the release gives up when its refunded total moves by the held part.
    public func joined(with release: Takeback) -> Takeback {
        Takeback(
            legs: legs + release.legs.map(\.ofRelease), excludedMinor: excludedMinor, heldMinor: 0,
            releasedMinor: heldMinor)
    }
}

/// What is taken from one program's leg.
public struct TakebackLeg: Sendable, Hashable {
    /// The program.
    public let programID: String
    /// What leaves the leg, in minor units.
    public let amountMinor: Int64
    /// By how much the program's period total of accepted money falls, in minor units: the amount, less for a leg that a
    /// plugin took only in part when it was settled, zero for a leg that is still parked.
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
