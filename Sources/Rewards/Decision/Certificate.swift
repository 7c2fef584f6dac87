/// The evidence that a spend was split fairly: enough for a checker that shares no code with the splitter (N1).
public struct Certificate: Sendable, Hashable {
    /// The shares in force.
    public let weights: WeightVector
    /// The card's running total under these weights before the spend, in minor units.
    public let totalBefore: Int64
    /// The running total after it; unchanged when there are no programs.
    public let totalAfter: Int64
    /// What each program got of the apportioned amount: X(after) − X(before), in the order of the weights. With its
    /// fixed part it is what the program was offered first.
    public let shares: [Int64]
    /// The fixed parts that were carved out before the rest was apportioned, in the order of the weights; empty when no
    /// program has any. They are the first units of the spend, program by program, and the totals do not count them.
    public let fixed: [Int64]

    /// Makes a certificate.
    public init(
        weights: WeightVector, totalBefore: Int64, totalAfter: Int64, shares: [Int64], fixed: [Int64] = []
    ) {
        self.weights = weights
        self.totalBefore = totalBefore
        self.totalAfter = totalAfter
        self.shares = shares
        self.fixed = fixed
    }

    /// A program's fixed part in minor units; zero when it has none.
    public func fixedMinor(ofProgramAt index: Int) -> Int64 { index < fixed.count ? fixed[index] : 0 }

    /// What a program was offered first, in minor units: its fixed part and its share.
    public func offeredMinor(toProgramAt index: Int) -> Int64 {
        (index < shares.count ? shares[index] : 0) + fixedMinor(ofProgramAt: index)
    }
}
