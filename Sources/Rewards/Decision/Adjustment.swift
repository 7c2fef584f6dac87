/// A part of a share that a plugin treated by a rule of its own, with the rule's name.
public struct Adjustment: Sendable, Hashable {
    /// What the rule did to the part.
    public enum Effect: String, Sendable, Hashable {
        /// The program does not take the part; it is offered to the other programs.
        case refused = "REFUSED"
        /// The program takes the part and earns nothing on it.
        case unearned = "UNEARNED"
        /// The program takes the part and earns on it at the named rule's rate.
        case rated = "RATED"
    }

    /// What the rule did.
    public let effect: Effect
    /// The rule, in UPPER_SNAKE.
    public let reason: String
    /// The part of the share it applied to, in minor units.
    public let amountMinor: Int64

    /// Makes an adjustment.
    public init(_ effect: Effect, reason: String, amountMinor: Int64) {
        self.effect = effect
        self.reason = reason
        self.amountMinor = amountMinor
    }
}
