/// What rewards are counted in: points of a program, or value that the program converts itself.
public enum RewardUnit: String, Sendable, Hashable, CaseIterable {
    /// Points of the program; quantities are in millionths of a point.
    case points
    /// Value in the card's currency; quantities are in millionths of a minor unit.
    case value
}
