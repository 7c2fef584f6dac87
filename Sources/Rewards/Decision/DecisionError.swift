/// Why no decision can be made; nothing is applied.
public enum DecisionError: String, ReasonedError {
    /// The amount is zero or negative.
    case amountNotPositive = "AMOUNT_NOT_POSITIVE"
    /// The card's running total and the amount together do not fit 64 bits.
    case runningTotalOverflow = "RUNNING_TOTAL_OVERFLOW"
    /// The running total is negative, which a store must never hold.
    case runningTotalNegative = "RUNNING_TOTAL_NEGATIVE"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What to do about it, for people.
    public var description: String {
        switch self {
        case .amountNotPositive: "the amount must be above zero: send a refund to take a spend back"
        case .runningTotalOverflow: "the card's running total would exceed 9223372036854775807 minor units"
        case .runningTotalNegative: "the card's stored running total is negative: run verify"
        }
    }
}
