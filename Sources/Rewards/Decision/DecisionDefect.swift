/// Which identity a stored decision breaks.
public enum DecisionDefect: String, ReasonedError {
    /// The certificate's totals, fixed parts or shares do not fit each other or the amount.
    case certificateWrong = "DECISION_CERTIFICATE_WRONG"
    /// The amount is zero or negative.
    case amountNotPositive = "DECISION_AMOUNT_NOT_POSITIVE"
    /// A leg, the excluded or the held part is negative.
    case negativePart = "DECISION_PART_NEGATIVE"
    /// Legs, excluded and held do not sum to the amount (I-1).
    case partsDoNotSum = "DECISION_PARTS_DO_NOT_SUM"
    /// A remainder has no rule, a rule has no remainder, or it is not where the policy puts it: the issuer's own
    /// program was offered another amount, or was asked without being the fallback.
    case remainderMisplaced = "DECISION_REMAINDER_MISPLACED"
    /// A leg's program is neither in the weights nor the issuer's own, is repeated or is out of order.
    case legUnexpected = "DECISION_LEG_UNEXPECTED"
    /// A leg's status, earning, amounts and reason contradict each other.
    case legInconsistent = "DECISION_LEG_INCONSISTENT"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What is wrong, for people.
    public var description: String {
        "the stored decision breaks an identity (\(rawValue)): compare it with its replay"
    }
}
