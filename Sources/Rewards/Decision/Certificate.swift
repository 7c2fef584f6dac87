/// The evidence that a spend was split fairly: enough for a checker that shares no code with the splitter (N1).
public struct Certificate: Sendable, Hashable {
    /// The shares in force.
    public let weights: WeightVector
    /// The card's running total under these weights before the spend, in minor units.
    public let totalBefore: Int64
    /// The running total after it; unchanged when there are no programs.
    public let totalAfter: Int64
    /// What each program was offered first: X(after) − X(before), in the order of the weights.
    public let shares: [Int64]

    /// Makes a certificate.
    public init(weights: WeightVector, totalBefore: Int64, totalAfter: Int64, shares: [Int64]) {
        self.weights = weights
        self.totalBefore = totalBefore
        self.totalAfter = totalAfter
        self.shares = shares
    }
}
