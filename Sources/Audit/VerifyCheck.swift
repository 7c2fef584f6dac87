/// Everything that `verify` checks, by the stable name that a violation bears.
package enum VerifyCheck: String, Sendable, Hashable, Codable, CaseIterable {
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
    /// A release is of all that its spend's decision held; what has expired is all excluded.
    case releaseAmount = "RELEASE_AMOUNT"
    /// The list of what is held says what spends hold, less refunds, and forgets what was released.
    case heldSpends = "HELD_SPENDS"
    /// What a movement took from the legs, from the excluded and from the held part sums to the movement, and points
    /// one way.
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
    /// What is left of a leg is never below zero, all when nothing is refunded, nothing when all is, and always the
    /// same for the same amount refunded.
    case refundRest = "REFUND_REST"
    /// Where no program refused anything, what is left is the apportionment of the amount that is left, fixed parts
    /// last.
    case refundApportioned = "REFUND_APPORTIONED"
    /// A certificate's fixed parts and shares sum to the amount, and the shares lead from the total before to the total
    /// after.
    case certificateSum = "CERTIFICATE_SUM"
    /// A certificate's shares are X(total after) - X(total before), worked out in another way than the splitter does.
    case certificateShares = "CERTIFICATE_SHARES"
    /// Each leg follows from its fixed part and share: taken whole, refused in part by named rules, given more, or
    /// parked.
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
    /// A position's issued is the sum of the confirmed issuances less what was taken back out of the wallet.
    case positionIssued = "POSITION_ISSUED"
    /// A position's in flight is the sum of the planned, sending, accepted and mismatched issuances.
    case positionInFlight = "POSITION_IN_FLIGHT"
    /// A position's unknown is the sum of the unknown issuances.
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
    /// A withdrawn issuance is certainly not at Cosmo.
    case issuanceWithdrawn = "ISSUANCE_WITHDRAWN"
    /// Every position belongs to a card.
    case positionWithoutCard = "POSITION_WITHOUT_CARD"
    /// One spend id is one spend, over all cards.
    case spendIDUnique = "SPEND_ID_UNIQUE"
    /// What a spend held is released once.
    case releaseOnce = "RELEASE_ONCE"
    /// Every spend belongs to a card and is in its currency.
    case spendCard = "SPEND_CARD"
    /// One refund id is one refund, over all cards.
    case refundIDUnique = "REFUND_ID_UNIQUE"
    /// Every refund belongs to a card and is in its currency.
    case refundCard = "REFUND_CARD"
    /// One authorisation id is one authorisation, over all cards.
    case authorizationIDUnique = "AUTHORIZATION_ID_UNIQUE"
    /// What is stored of a request is what its hash was made over.
    case requestContent = "REQUEST_CONTENT"
    /// A refund says what goes with its status.
    case refundState = "REFUND_STATE"
    /// One request to write off is one write-off.
    case writeOffUnique = "WRITE_OFF_UNIQUE"
    /// A spend that says so was split under the version that its authorisation pins.
    case authorizationPins = "AUTHORIZATION_PINS"
    /// Every authorisation pins a version that its card had.
    case authorizationVersion = "AUTHORIZATION_VERSION"
    /// Every spend pins a preference version that the card had, with the weights it was split by.
    case spendPreferenceVersion = "SPEND_PREFERENCE_VERSION"
    /// A release was decided after its spend, under a later version of the preference unless an operator asked for it.
    case releaseVersion = "RELEASE_VERSION"
    /// A request for a preference points to a version of the card.
    case preferenceRequestVersion = "PREFERENCE_REQUEST_VERSION"
    /// A connection event says what its digest was made over.
    case connectionEventContent = "CONNECTION_EVENT_CONTENT"
    /// A connection event has its delivery, and is discarded exactly when an operator has decided so.
    case connectionSources = "CONNECTION_SOURCES"
    /// A webhook delivery has the body that its digest was made over.
    case inboxBody = "INBOX_BODY"
    /// A link is what the event that decides about it says, with the parts that were allocated last.
    case linkFollows = "LINK_FOLLOWS"
    /// The weights of a preference version are those of its links.
    case preferenceWeights = "PREFERENCE_WEIGHTS"
    /// The version in force has the links of the card, with their accounts and parts.
    case preferenceInForce = "PREFERENCE_IN_FORCE"
    /// A card's preference versions run from 1 to the one in force without a gap.
    case preferenceVersionsContiguous = "PREFERENCE_VERSIONS_CONTIGUOUS"
    /// A program's configuration versions run from 1 to the one in force without a gap.
    case configurationVersionsContiguous = "CONFIGURATION_VERSIONS_CONTIGUOUS"
    /// A configuration is what its digest was made over.
    case configurationDigest = "CONFIGURATION_DIGEST"
    /// A leg of a known program pins a configuration that the program had.
    case legConfiguration = "LEG_CONFIGURATION"
    /// The plugin and digest in a decision are those of the configuration it pins.
    case decisionPlugin = "DECISION_PLUGIN"
    /// Every issuance has a reference of the agreed form, used once, and belongs to a card.
    case issuanceReference = "ISSUANCE_REFERENCE"
    /// A confirmed or accepted issuance has Cosmo's transaction id, unless an operator settled it or the wallet was
    /// paid.
    case issuanceTransactionID = "ISSUANCE_TRANSACTION_ID"
    /// One transaction of Cosmo's settles one issuance.
    case issuanceTransactionUnique = "ISSUANCE_TRANSACTION_UNIQUE"
    /// An issuance says what its digest was made over when it was planned.
    case issuanceAsPlanned = "ISSUANCE_AS_PLANNED"
    /// What is sent is the quantity that was taken from the position, in the unit and currency it was planned in.
    case issuanceValue = "ISSUANCE_VALUE"
    /// An issuance goes to the account that the card was linked to when it was planned.
    case issuanceAccount = "ISSUANCE_ACCOUNT"
    /// What a row of an issuance says goes with its status, so that nothing is sent or settled twice.
    case issuanceState = "ISSUANCE_STATE"
    /// A recovery that a comparison ended was compared to its end, and left nothing unexplained.
    case recoveryEnd = "RECOVERY_END"
    /// A position is blocked by a refused issuance of its own that waits for a person, and such an issuance blocks its
    /// position.
    case positionBlocked = "POSITION_BLOCKED"
    /// A position with as much pending as its program takes is looked at by the planner, or says why not.
    case positionPlanned = "POSITION_PLANNED"
    /// An issuance is paid into the wallet when its program pays there, and only then.
    case issuancePaysInto = "ISSUANCE_PAYS_INTO"
    /// An issuance paid into the wallet has one credit of its points in the wallet of the card's user.
    case issuanceWalletCredit = "ISSUANCE_WALLET_CREDIT"
    /// What was taken back has one debit of its points in the wallet of the card's user.
    case reversalWalletDebit = "REVERSAL_WALLET_DEBIT"
    /// No more is taken back from a position than was paid into the wallet for it.
    case reversalBounded = "REVERSAL_BOUNDED"
    /// Every row of the wallet's ledger that pays an issuance, or takes points back, has its issuance or its reversal.
    case walletRowClaimed = "WALLET_ROW_CLAIMED"
    /// A member's balance is what was received less what was spent, and both are the sums of the ledger.
    case walletIdentity = "WALLET_IDENTITY"
    /// A member's ledger rows are numbered from 1 without a gap, up to where the member's row says.
    case walletSequence = "WALLET_SEQUENCE"
    /// Each ledger row continues the totals of the row before it.
    case walletChain = "WALLET_CHAIN"
    /// No balance or total of a wallet is below zero or above what every reader of JSON can hold.
    case walletRange = "WALLET_RANGE"
    /// Credits are above zero, debits below, each for a cause of its own.
    case walletSign = "WALLET_SIGN"
    /// Every ledger row and every hold belongs to a member.
    case walletRowWithoutMember = "WALLET_ROW_WITHOUT_MEMBER"
    /// A redemption was debited what it cost, once, and given back that, once, when it is canceled.
    case walletRedemption = "WALLET_REDEMPTION"
    /// A member has one redemption of an offer that is not canceled.
    case walletRedemptionOnce = "WALLET_REDEMPTION_ONCE"
    /// A captured hold has one debit of what it captured, at most its amount and before it expired; another hold has
    /// none.
    case walletHold = "WALLET_HOLD"
    /// What a member has held is the sum of the active holds, and at most the balance; a removed member has none.
    case walletHeld = "WALLET_HELD"
    /// What rows of the wallet name is in their own environment and is their own member's.
    case walletEnvironment = "WALLET_ENVIRONMENT"
    /// One transaction id is one ledger row, over both environments.
    case walletTransactionIDUnique = "WALLET_TRANSACTION_ID_UNIQUE"
    /// The prepaid pool's entries continue each other and sum to its balance.
    case walletPool = "WALLET_POOL"
    /// What was drawn from the pool is a live mint, of the same points, drawn once.
    case walletPoolDraw = "WALLET_POOL_DRAW"

    /// The invariant of ARCHITECTURE.md that the check serves.
    package var invariant: String {
        switch self {
        case .spendSum, .legsAgree, .legWithoutSpend, .remainderRule, .movementSum, .movementChain,
            .movementWithoutSpend, .clawbackWithoutMovement, .refundSum, .coverage, .releaseAmount, .heldSpends:
            "I-1"
        case .positionEarned, .positionIssued, .positionInFlight, .positionUnknown, .positionNegative,
            .positionClawedBack, .positionWrittenOff, .positionWithoutCard, .periodTotals, .periodCourse:
            "I-2"
        case .certificateSum, .certificateShares, .legOffer, .runningTotalChain, .runningTotalEnd,
            .runningTotalWithoutSpends, .quota:
            "I-3"
        case .refundRest, .refundApportioned: "I-4"
        case .spendIDUnique, .spendCard, .preferenceRequestVersion, .refundIDUnique, .refundCard,
            .authorizationIDUnique, .writeOffUnique, .releaseOnce, .requestContent, .refundState:
            "I-5"
        case .issuanceReference, .issuanceTransactionID, .issuanceTransactionUnique, .issuanceState,
            .issuanceAsPlanned, .recoveryEnd:
            "I-6"
        case .issuanceValue, .issuanceAccount, .positionBlocked, .positionPlanned, .positionOverdrawn, .writeOffBounded,
            .issuanceWithdrawn, .issuancePaysInto, .reversalBounded:
            "I-7"
        case .preferenceVersionsContiguous, .connectionEventContent, .connectionSources, .inboxBody, .linkFollows,
            .preferenceWeights,
            .preferenceInForce:
            "I-8"
        case .decisionReadable, .decisionAgrees, .spendPreferenceVersion, .configurationVersionsContiguous,
            .configurationDigest, .legConfiguration, .decisionPlugin, .authorizationPins, .authorizationVersion,
            .releaseVersion:
            "I-9"
        case .issuanceWalletCredit, .reversalWalletDebit, .walletRowClaimed, .walletIdentity, .walletSequence,
            .walletChain,
            .walletRange, .walletSign, .walletRowWithoutMember, .walletRedemption, .walletRedemptionOnce,
            .walletHold, .walletHeld, .walletEnvironment, .walletTransactionIDUnique, .walletPool, .walletPoolDraw:
            "I-10"
        }
    }

    /// The checks that are made member by member, or of all members at once, and never of some cards.
    static let ofMembers: [VerifyCheck] = [
        .walletIdentity, .walletSequence, .walletChain, .walletRange, .walletSign, .walletRowWithoutMember,
        .walletRedemption, .walletRedemptionOnce, .walletHold, .walletHeld, .walletEnvironment,
        .walletTransactionIDUnique, .walletPool, .walletPoolDraw,
    ]

    /// The place by which findings are counted.
    var place: Int { Self.places[self] ?? 0 }

    private static let places: [VerifyCheck: Int] = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })
}
