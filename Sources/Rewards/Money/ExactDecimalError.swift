/// Why a text is not an exact decimal.
public enum ExactDecimalError: String, ReasonedError {
    /// The text is not digits with at most one point between them.
    case malformed = "DECIMAL_MALFORMED"
    /// The number needs more than 64 bits or more than 18 digits after the point.
    case tooManyDigits = "DECIMAL_TOO_LONG"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What is allowed, for people.
    public var description: String {
        switch self {
        case .malformed: "not a plain decimal: write digits with at most one point, such as 1.25"
        case .tooManyDigits: "too many digits: at most 18 after the point and about 18 in all"
        }
    }
}
