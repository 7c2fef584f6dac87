public import Rewards

/// What a program takes of a share and earns on it.
public struct AllocationAnswer: Sendable, Hashable {
    /// What it takes, in minor units; the rest is offered to the other programs.
    public let acceptedMinor: Int64
    /// What it earns on what it takes.
    public let earning: Earning
    /// The rules that applied, with the part of the share each applied to; at most 16.
    public let adjustments: [Adjustment]

    /// Makes an answer.
    public init(acceptedMinor: Int64, earning: Earning, adjustments: [Adjustment] = []) {
        self.acceptedMinor = acceptedMinor
        self.earning = earning
        self.adjustments = adjustments
    }
}
