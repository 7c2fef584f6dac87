/// Why no plan can be made.
public enum IssuancePlanError: String, ReasonedError {
    /// The minimum is below 1 or above the maximum.
    case limitsContradict = "ISSUANCE_LIMITS_CONTRADICT"
    /// A whole unit has no millionths.
    case unitNotPositive = "ISSUANCE_UNIT_NOT_POSITIVE"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What to do about it, for people.
    public var description: String {
        switch self {
        case .limitsContradict: "the program's minimum must be at least 1 and not above its maximum"
        case .unitNotPositive: "the program's whole unit must be above zero"
        }
    }
}
