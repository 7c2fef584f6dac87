public import Rewards

/// What is wrong with an answer taken by itself: the host refuses it and parks the leg.
public enum AnswerDefect: String, ReasonedError, CaseIterable {
    /// Less than nothing or more than the share is accepted.
    case acceptedOutOfBounds = "PLUGIN_ACCEPTED_OUT_OF_BOUNDS"
    /// The earning is negative.
    case earningNegative = "PLUGIN_EARNING_NEGATIVE"
    /// Something is earned on nothing.
    case earningOnNothing = "PLUGIN_EARNING_ON_NOTHING"
    /// The refused adjustments do not sum to what is refused, or the others exceed what is accepted.
    case adjustmentsDoNotSum = "PLUGIN_ADJUSTMENTS_DO_NOT_SUM"
    /// An adjustment is of nothing or less, its reason is not UPPER_SNAKE of at most 64 bytes, or there are more than
    /// 16.
    case adjustmentMalformed = "PLUGIN_ADJUSTMENT_MALFORMED"

    /// The stable reason.
    public var reason: String { rawValue }

    /// What the contract says, for people.
    public var description: String {
        switch self {
        case .acceptedOutOfBounds: "the plugin accepted less than nothing or more than its share"
        case .earningNegative: "the plugin answered a negative earning"
        case .earningOnNothing: "the plugin earns on an accepted amount of zero"
        case .adjustmentsDoNotSum: "the plugin's adjustments do not add up to what it refused and accepted"
        case .adjustmentMalformed:
            "an adjustment needs an amount above zero and an UPPER_SNAKE reason; at most 16 of them"
        }
    }
}

extension AllocationAnswer {
    /// The most adjustments of one answer.
    public static let adjustmentCountMax = 16

    /// The first thing wrong with this answer to an offer of `shareMinor`, or nil.
    public func defect(forShare shareMinor: Int64) -> AnswerDefect? {
        guard acceptedMinor >= 0, acceptedMinor <= shareMinor else { return .acceptedOutOfBounds }
        guard earning.micro >= 0 else { return .earningNegative }
        guard acceptedMinor > 0 || earning.micro == 0 else { return .earningOnNothing }
        guard adjustments.count <= Self.adjustmentCountMax else { return .adjustmentMalformed }
        var refusedLeft = shareMinor - acceptedMinor
        var acceptedLeft = acceptedMinor
        for adjustment in adjustments {
            guard adjustment.amountMinor > 0, ReasonCode.isValid(adjustment.reason) else { return .adjustmentMalformed }
            // Both are positive, so neither subtraction can wrap.
            if adjustment.effect == .refused {
                refusedLeft -= adjustment.amountMinor
            } else {
                acceptedLeft -= adjustment.amountMinor
            }
            guard refusedLeft >= 0, acceptedLeft >= 0 else { return .adjustmentsDoNotSum }
        }
        return refusedLeft == 0 ? nil : .adjustmentsDoNotSum
    }
}
