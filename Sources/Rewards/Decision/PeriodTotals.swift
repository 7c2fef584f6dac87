/// What one card's program has had in a period before the spend at hand.
public struct PeriodTotals: Sendable, Hashable {
    /// Nothing yet.
    public static let zero = PeriodTotals(acceptedMinor: 0, earnedMicro: 0)

    /// What the program accepted, in minor units.
    public let acceptedMinor: Int64
    /// What it earned: micro-points, or millionths of a minor unit for a program that takes value.
    public let earnedMicro: Int64

    /// Makes totals; both are zero or more.
    public init(acceptedMinor: Int64, earnedMicro: Int64) {
        self.acceptedMinor = acceptedMinor
        self.earnedMicro = earnedMicro
    }
}
