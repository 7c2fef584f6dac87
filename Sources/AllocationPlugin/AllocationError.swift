public import Rewards

/// A plugin's own refusal to answer, which parks the leg.
public struct AllocationError: ReasonedError, Hashable {
    /// The stable reason.
    public let reason: String
    /// What to do about it, for operators; without personal data.
    public let description: String

    /// Makes an error; a reason that is not UPPER_SNAKE becomes `PLUGIN_FAILED`, since it is stored with the leg.
    public init(reason: String, description: String) {
        self.reason = ReasonCode.isValid(reason) ? reason : "PLUGIN_FAILED"
        self.description = description
    }

    /// The result does not fit 64 bits.
    public static let overflow = AllocationError(
        reason: "PLUGIN_OVERFLOW", description: "the earning does not fit 64 bits: lower the rate of the program")

    /// Takes an overflow of the core's arithmetic for the plugin's own.
    public init(_: ArithmeticOverflow) { self = .overflow }
}
