/// Why an amount cannot be apportioned.
public enum ApportionmentError: String, ReasonedError {
    /// The vector has no programs.
    case noPrograms = "NO_PROGRAMS"
    /// The running total or the amount is below zero.
    case negativeTotal = "AMOUNT_NEGATIVE"
    /// The running total and the amount together do not fit 64 bits.
    case totalOverflow = "RUNNING_TOTAL_OVERFLOW"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What happened, for people.
    public var description: String {
        switch self {
        case .noPrograms: "there is no program to apportion to"
        case .negativeTotal: "an amount to apportion must not be negative"
        case .totalOverflow: "the card's running total would exceed 9223372036854775807 minor units"
        }
    }
}
