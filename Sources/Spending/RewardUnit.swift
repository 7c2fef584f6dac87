import Rewards

/// What a leg's earning is counted in.
public enum RewardUnit: String, Sendable, Hashable, CaseIterable {
    /// Points of the program; quantities are millionths of a point.
    case points
    /// Value in the card's currency, for programs that convert it themselves; quantities are millionths of a minor unit.
    case value

    init(_ earning: Earning) {
        self = earning.isPoints ? .points : .value
    }
}
