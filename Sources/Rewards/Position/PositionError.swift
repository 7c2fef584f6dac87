/// Why sums do not make a position.
public enum PositionError: String, ReasonedError {
    /// A sum is negative.
    case negative = "POSITION_NEGATIVE"
    /// The debt, or what is pending, does not fit 64 bits.
    case overflow = "POSITION_OVERFLOW"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What to do about it, for people.
    public var description: String {
        switch self {
        case .negative: "a stored position has a negative sum: run verify"
        case .overflow: "a stored position does not fit 64 bits: run verify"
        }
    }
}
