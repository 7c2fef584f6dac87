/// What moving a spend's refunded total from one amount to another takes out of its decision (I-4).
///
/// **Guarantees** The legs that are of no release, excluded, held and released sum to the difference of the two
/// refunded totals. All parts have its sign: above zero is taken, below zero is given back.
public struct Takeback: Sendable, Hashable {
    /// What is taken from each program; a program that nothing is taken from is left out. In the order of the weights.
    public let legs: [TakebackLeg]
    /// What is taken from the part that earns nothing for good, in minor units.
    public let excludedMinor: Int64
    /// What is taken from the part that waits for a link, in minor units.
    public let heldMinor: Int64
    /// What is taken from the part that was held and released since, in minor units: the legs of the release, and for
    /// the rest what is excluded of it.
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
