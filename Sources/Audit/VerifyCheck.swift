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
    /// A certificate's shares sum to the amount and lead from the total before to the total after.
    case certificateSum = "CERTIFICATE_SUM"
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
    /// Nothing is clawed back: refunds are not built yet.
    case positionClawedBack = "POSITION_CLAWED_BACK"
    /// No more is issued, in flight or unknown than was earned and not clawed back.
    case positionOverdrawn = "POSITION_OVERDRAWN"
    /// Every position belongs to a card.
    case positionWithoutCard = "POSITION_WITHOUT_CARD"
    /// One spend id is one spend, over all cards.
    case spendIDUnique = "SPEND_ID_UNIQUE"
    /// Every spend belongs to a card and is in its currency.
    case spendCard = "SPEND_CARD"
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
    /// Every issue has a reference of the agreed form, used once, and belongs to a card.
    case issuanceReference = "ISSUANCE_REFERENCE"
    /// A confirmed or accepted issue has Cosmo's transaction id, unless an operator settled it.
    case issuanceTransactionID = "ISSUANCE_TRANSACTION_ID"
    /// One transaction of Cosmo's settles one issue.
    case issuanceTransactionUnique = "ISSUANCE_TRANSACTION_UNIQUE"
    /// The wallet's identity; there are no wallet tables yet.
    case walletIdentity = "WALLET_IDENTITY"

    /// The invariant of ARCHITECTURE.md that the check serves.
    public var invariant: String {
        switch self {
        case .spendSum, .legsAgree, .legWithoutSpend: "I-1"
        case .positionEarned, .positionIssued, .positionInFlight, .positionUnknown, .positionNegative,
            .positionClawedBack, .positionWithoutCard:
            "I-2"
        case .certificateSum, .runningTotalChain, .runningTotalEnd, .runningTotalWithoutSpends, .quota: "I-3"
        case .spendIDUnique, .spendCard, .preferenceRequestVersion: "I-5"
        case .issuanceReference, .issuanceTransactionID, .issuanceTransactionUnique: "I-6"
        case .positionOverdrawn: "I-7"
        case .preferenceVersionsContiguous: "I-8"
        case .decisionReadable, .decisionAgrees, .spendPreferenceVersion, .configurationVersionsContiguous,
            .legConfiguration:
            "I-9"
        case .walletIdentity: "I-10"
        }
    }
}
