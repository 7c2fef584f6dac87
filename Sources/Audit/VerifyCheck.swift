/// Everything that `verify` checks, by the stable name that a violation bears.
public enum VerifyCheck: String, Sendable, Hashable, Codable, CaseIterable {
    /// Legs, excluded and held sum to the spend's amount, and none is negative.
    case spendSum = "SPEND_SUM"
    /// The stored decision can be read and is in its canonical form.
    case decisionReadable = "DECISION_READABLE"
    /// The stored decision says what the spend's columns say.
    case decisionAgrees = "DECISION_AGREES"
    /// The legs' rows say what the stored decision says, but for legs that were parked and have earned since.
    case legsAgree = "LEGS_AGREE"
    /// Every leg belongs to a spend.
    case legWithoutSpend = "LEG_WITHOUT_SPEND"
    /// What is excluded or held is so by a rule that applies, and where the policy puts it.
    case remainderRule = "REMAINDER_RULE"
    /// What a movement took from the legs, from the excluded and from the held part sums to the movement, and points one way.
    case movementSum = "MOVEMENT_SUM"
    /// Each movement says truly how much of its spend is refunded after it: never below zero, never above the spend.
    case movementChain = "MOVEMENT_CHAIN"
    /// Every movement belongs to a spend and a refund.
    case movementWithoutSpend = "MOVEMENT_WITHOUT_SPEND"
    /// Every clawback belongs to a movement.
    case clawbackWithoutMovement = "CLAWBACK_WITHOUT_MOVEMENT"
    /// A refund has moved its amount when it is applied, and nothing otherwise.
    case refundSum = "REFUND_SUM"
    /// For each UTC day, card and program: spends = legs + excluded + held + clawed back, to zero remainder.
    case coverage = "COVERAGE"
    /// What is left of a leg is never below zero, all when nothing is refunded, nothing when all is, and always the same for
    /// the same amount refunded.
    case refundRest = "REFUND_REST"
    /// Where no program refused anything, what is left is the apportionment of the amount that is left.
    case refundApportioned = "REFUND_APPORTIONED"
    /// A certificate's shares sum to the amount and lead from the total before to the total after.
    case certificateSum = "CERTIFICATE_SUM"
    /// A certificate's shares are X(total after) - X(total before), worked out in another way than the splitter does.
    case certificateShares = "CERTIFICATE_SHARES"
    /// Each leg follows from its share: taken whole, refused in part by named rules, given more, or parked.
    case legOffer = "LEG_OFFER"
    /// The spends of a card under one weight vector follow each other without gap or overlap.
    case runningTotalChain = "RUNNING_TOTAL_CHAIN"
    /// The stored running total is where the last of these spends ended.
    case runningTotalEnd = "RUNNING_TOTAL_END"
    /// Every running total belongs to spends.
    case runningTotalWithoutSpends = "RUNNING_TOTAL_WITHOUT_SPENDS"
    /// After every spend each program's shares so far are within one minor unit of exact proportion.
    case quota = "QUOTA"
    /// A position's earned is the sum of the legs.
    case positionEarned = "POSITION_EARNED"
    /// A position's issued is the sum of the confirmed issues.
    case positionIssued = "POSITION_ISSUED"
    /// A position's in flight is the sum of the planned, sending, accepted and mismatched issues.
    case positionInFlight = "POSITION_IN_FLIGHT"
    /// A position's unknown is the sum of the unknown issues.
    case positionUnknown = "POSITION_UNKNOWN"
    /// No balance of a position is negative.
    case positionNegative = "POSITION_NEGATIVE"
    /// A position's clawed back is the sum of the clawbacks.
    case positionClawedBack = "POSITION_CLAWED_BACK"
    /// A position's written off is the sum of the write-offs.
    case positionWrittenOff = "POSITION_WRITTEN_OFF"
    /// A period's totals are what its legs took and earned less what refunds took back.
    case periodTotals = "PERIOD_TOTALS"
    /// A decision was made on the period's totals as they stood then.
    case periodCourse = "PERIOD_COURSE"
    /// No more is issued, in flight or unknown than was earned, whatever was clawed back or written off since.
    case positionOverdrawn = "POSITION_OVERDRAWN"
    /// No more debt is written off than refunds ever took.
    case writeOffBounded = "WRITE_OFF_BOUNDED"
    /// A withdrawn issue is certainly not at Cosmo.
    case issuanceWithdrawn = "ISSUANCE_WITHDRAWN"
    /// Every position belongs to a card.
    case positionWithoutCard = "POSITION_WITHOUT_CARD"
    /// One spend id is one spend, over all cards.
    case spendIDUnique = "SPEND_ID_UNIQUE"
    /// Every spend belongs to a card and is in its currency.
    case spendCard = "SPEND_CARD"
    /// One refund id is one refund, over all cards.
    case refundIDUnique = "REFUND_ID_UNIQUE"
    /// Every refund belongs to a card and is in its currency.
    case refundCard = "REFUND_CARD"
    /// One authorisation id is one authorisation, over all cards.
    case authorizationIDUnique = "AUTHORIZATION_ID_UNIQUE"
    /// One request to write off is one write-off.
    case writeOffUnique = "WRITE_OFF_UNIQUE"
    /// A spend that says so was split under the version that its authorisation pins.
    case authorizationPins = "AUTHORIZATION_PINS"
    /// Every authorisation pins a version that its card had.
    case authorizationVersion = "AUTHORIZATION_VERSION"
    /// Every spend pins a preference version that the card had, with the weights it was split by.
    case spendPreferenceVersion = "SPEND_PREFERENCE_VERSION"
    /// A request for a preference points to a version of the card.
    case preferenceRequestVersion = "PREFERENCE_REQUEST_VERSION"
    /// A card's preference versions run from 1 to the one in force without a gap.
    case preferenceVersionsContiguous = "PREFERENCE_VERSIONS_CONTIGUOUS"
    /// A program's configuration versions run from 1 to the one in force without a gap.
    case configurationVersionsContiguous = "CONFIGURATION_VERSIONS_CONTIGUOUS"
    /// A leg of a known program pins a configuration that the program had.
    case legConfiguration = "LEG_CONFIGURATION"
    /// The plugin and digest in a decision are those of the configuration it pins.
    case decisionPlugin = "DECISION_PLUGIN"
    /// Every issue has a reference of the agreed form, used once, and belongs to a card.
    case issuanceReference = "ISSUANCE_REFERENCE"
    /// A confirmed or accepted issue has Cosmo's transaction id, unless an operator settled it.
    case issuanceTransactionID = "ISSUANCE_TRANSACTION_ID"
    /// One transaction of Cosmo's settles one issue.
    case issuanceTransactionUnique = "ISSUANCE_TRANSACTION_UNIQUE"
    /// The wallet's identity; always skipped, since constraints and triggers of the wallet's tables hold it.
    case walletIdentity = "WALLET_IDENTITY"

    /// The invariant of ARCHITECTURE.md that the check serves.
    public var invariant: String {
        switch self {
        case .spendSum, .legsAgree, .legWithoutSpend, .remainderRule, .movementSum, .movementChain,
            .movementWithoutSpend, .clawbackWithoutMovement, .refundSum, .coverage:
            "I-1"
        case .positionEarned, .positionIssued, .positionInFlight, .positionUnknown, .positionNegative,
            .positionClawedBack, .positionWrittenOff, .positionWithoutCard, .periodTotals, .periodCourse:
            "I-2"
        case .certificateSum, .certificateShares, .legOffer, .runningTotalChain, .runningTotalEnd,
            .runningTotalWithoutSpends, .quota:
            "I-3"
        case .refundRest, .refundApportioned: "I-4"
        case .spendIDUnique, .spendCard, .preferenceRequestVersion, .refundIDUnique, .refundCard,
            .authorizationIDUnique, .writeOffUnique:
            "I-5"
        case .issuanceReference, .issuanceTransactionID, .issuanceTransactionUnique: "I-6"
        case .positionOverdrawn, .writeOffBounded, .issuanceWithdrawn: "I-7"
        case .preferenceVersionsContiguous: "I-8"
        case .decisionReadable, .decisionAgrees, .spendPreferenceVersion, .configurationVersionsContiguous,
            .legConfiguration, .decisionPlugin, .authorizationPins, .authorizationVersion:
            "I-9"
        case .walletIdentity: "I-10"
        }
    }

    /// The place by which findings are counted.
    var place: Int { Self.places[self] ?? 0 }

    private static let places: [VerifyCheck: Int] = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })
}
