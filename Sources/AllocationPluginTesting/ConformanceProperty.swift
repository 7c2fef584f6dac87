/// What every allocation plugin must satisfy, each by a name that a failing report shows.
public enum ConformanceProperty: String, Sendable, Hashable, CaseIterable {
    /// Between nothing and the whole share is accepted.
    case acceptsWithinShare = "ACCEPTS_WITHIN_SHARE"
    /// Nothing is earned on nothing.
    case earnsNothingOnNothing = "EARNS_NOTHING_ON_NOTHING"
    /// The earning is never negative.
    case earningNotNegative = "EARNING_NOT_NEGATIVE"
    /// Refused adjustments sum to what is refused, the others to no more than is accepted, and each is well formed.
    case adjustmentsAddUp = "ADJUSTMENTS_ADD_UP"
    /// The same question has the same answer, whenever it is asked.
    case sameQuestionSameAnswer = "SAME_QUESTION_SAME_ANSWER"
    /// Everything up to a capacity is accepted and nothing beyond it, whatever share of one whole is offered; refunds
    /// telescope by it.
    case acceptsAPrefix = "ACCEPTS_A_PREFIX"
    /// A larger share of one whole never earns less, so that no refund gives what was never earned; an arithmetic that
    /// wraps near the limits shows here.
    case earnsNoLessOnMore = "EARNS_NO_LESS_ON_MORE"
    /// The earning depends on what is accepted, not on what was offered beyond it.
    case earnsOnWhatItAccepts = "EARNS_ON_WHAT_IT_ACCEPTS"
    /// Every answer is points, or every answer is value.
    case oneKindOfEarning = "ONE_KIND_OF_EARNING"
    /// Shares up to a thousand million minor units are answered, not refused with an error.
    case answersOrdinaryAmounts = "ANSWERS_ORDINARY_AMOUNTS"
    /// Two spends in a period come to the same as one of both amounts, but for the rounding of one unit.
    case periodsAddUp = "PERIODS_ADD_UP"
    /// The fixed part that is asked for is never negative.
    case fixedPartNotNegative = "FIXED_PART_NOT_NEGATIVE"

    /// The rule in words.
    public var rule: String {
        switch self {
        case .acceptsWithinShare: "accept between nothing and the whole share"
        case .earnsNothingOnNothing: "earn nothing on an accepted amount of zero"
        case .earningNotNegative: "never answer a negative earning"
        case .adjustmentsAddUp: "name exactly what is refused, and no more than is accepted, in well-formed adjustments"
        case .sameQuestionSameAnswer: "give the same answer to the same question"
        case .acceptsAPrefix: "accept everything up to a capacity and nothing beyond it"
        case .earnsNoLessOnMore: "never earn less on a larger share"
        case .earnsOnWhatItAccepts: "let the earning depend on what is accepted, not on what was offered"
        case .oneKindOfEarning: "answer always points or always value"
        case .answersOrdinaryAmounts: "answer every share up to \(RequestGenerator.ordinaryShareMax) minor units"
        case .periodsAddUp: "come to the same for two spends as for one of both amounts"
        case .fixedPartNotNegative: "ask for a fixed part of zero or more"
        }
    }
}
