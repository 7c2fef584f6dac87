package import Rewards

extension SpendingError {
    /// The reasons of this room, in the order in which a call checks them.
    package enum Reason: String, Sendable, Hashable, CaseIterable, ErrorReason {
        /// A field is malformed; `field` names it.
        case invalidArgument = "INVALID_ARGUMENT"
        /// A page token that no listing gave out.
        case badPageToken = "BAD_PAGE_TOKEN"
        /// Not an active ISO 4217 code with a minor unit.
        case unknownCurrency = "UNKNOWN_CURRENCY"
        /// The amount is zero or negative.
        case notPositive = "NOT_POSITIVE"
        /// The amount is over 10^15 minor units.
        case amountTooLarge = "AMOUNT_TOO_LARGE"
        /// A preview token that no preview gave out, or that was damaged on the way.
        case badPreviewToken = "BAD_PREVIEW_TOKEN"
        /// The preview token is of a spend with other content.
        case previewOfAnotherSpend = "PREVIEW_OF_ANOTHER_SPEND"
        /// The caller's deadline is too near to begin.
        case timeLimit = "TIME_LIMIT"
        /// More spends wait already than the service takes on.
        case overloaded = "OVERLOADED"
        /// The service is ending and takes no more.
        case shuttingDown = "SHUTTING_DOWN"
        /// No such card.
        case unknownCard = "UNKNOWN_CARD"
        /// The amount's currency is not the card's.
        case currencyMismatch = "CURRENCY_MISMATCH"
        /// The spend id is stored already with other content.
        case spendConflict = "SPEND_CONFLICT"
        /// The authorisation id is stored already with other content.
        case authorizationConflict = "AUTHORIZATION_CONFLICT"
        /// The card has no such authorisation.
        case unknownAuthorization = "UNKNOWN_AUTHORIZATION"
        /// The preview is too old to be recorded.
        case previewExpired = "PREVIEW_EXPIRED"
        /// The card's running total would not fit 64 bits.
        case runningTotalOverflow = "RUNNING_TOTAL_OVERFLOW"
        /// Recording the spend now would not do what was previewed.
        case previewChanged = "PREVIEW_CHANGED"
        /// What the card has earned with a program would go beyond `Position.earnedMicroMax`.
        case rewardOverflow = "REWARD_OVERFLOW"
        /// No such spend.
        case unknownSpend = "UNKNOWN_SPEND"
        /// No such refund.
        case unknownRefund = "UNKNOWN_REFUND"
        /// The spend is of another card than the refund.
        case spendOfAnotherCard = "SPEND_OF_ANOTHER_CARD"
        /// The refund id is stored already with other content.
        case refundConflict = "REFUND_CONFLICT"
        /// The refund was undone, so there is nothing to attribute.
        case refundUndone = "REFUND_UNDONE"
        /// The targets do not sum to the refund's amount.
        case partsDoNotSum = "PARTS_DO_NOT_SUM"
        /// More than was cleared and is not yet refunded.
        case refundExceedsSpend = "REFUND_EXCEEDS_SPEND"
        /// The spend's stored decision does not follow from its own certificate.
        case decisionNotReproduced = "DECISION_NOT_REPRODUCED"
        /// The plugin that decided the spend is not at hand.
        case pluginUnavailable = "PLUGIN_UNAVAILABLE"
        /// The plugin that decided the spend gives no answer about what remains.
        case pluginFailed = "PLUGIN_FAILED"
        /// The plugin that decided the spend answers otherwise than it did.
        case pluginContradictsItself = "PLUGIN_CONTRADICTS_ITSELF"
        /// Other writers of the same ids won every attempt.
        case contention = "CONTENTION"
        /// The database cannot be reached.
        case databaseUnavailable = "DATABASE_UNAVAILABLE"
        /// The answer to COMMIT was lost and could not be found out in time.
        case commitUnknown = "COMMIT_UNKNOWN"
        /// A fault of ours; the log has it.
        case internalFault = "INTERNAL"

        /// What sort of failure it is.
        package var kind: FaultKind {
            switch self {
            case .invalidArgument, .badPageToken, .unknownCurrency, .notPositive, .amountTooLarge, .badPreviewToken,
                .previewOfAnotherSpend, .partsDoNotSum:
                .invalidArgument
            case .unknownCard, .unknownSpend, .unknownAuthorization, .unknownRefund: .notFound
            case .spendConflict, .authorizationConflict, .refundConflict: .alreadyExists
            case .currencyMismatch, .previewExpired, .spendOfAnotherCard, .refundUndone, .refundExceedsSpend,
                .decisionNotReproduced, .pluginUnavailable, .pluginFailed, .pluginContradictsItself:
                .failedPrecondition
            case .runningTotalOverflow, .rewardOverflow: .outOfRange
            case .overloaded: .resourceExhausted
            case .contention, .previewChanged: .aborted
            case .timeLimit: .deadlineExceeded
            case .shuttingDown, .databaseUnavailable, .commitUnknown: .unavailable
            case .internalFault: .internalFault
            }
        }
    }
}

extension SpendingError {
    static let unknownCard = Self(.unknownCard, "the card is not registered: register it before its first spend")
    static let unknownSpend = Self(.unknownSpend, "no spend has this id")
    static let currencyMismatch = Self(
        .currencyMismatch, "the amount is not in the card's currency: send it as billed to the card")
    static let spendConflict = Self(
        .spendConflict,
        "this spend_id is stored with other content: send the first content again, or a new spend_id for another spend")
    static let authorizationNotFound = Self(
        .unknownAuthorization, "there is no authorisation of this id: check the id")
    static let unknownAuthorization = Self(
        .unknownAuthorization, "the card has no authorisation of this id: record the authorisation first, or name none")
    static let authorizationConflict = Self(
        .authorizationConflict,
        "this authorization_id is stored with other content: send the first content again, or a new authorization_id")
    static let badPreviewToken = Self(
        .badPreviewToken, "preview_token is none that a preview gave out: preview the spend again, or send none",
        field: "preview_token")
    static let previewOfAnotherSpend = Self(
        .previewOfAnotherSpend, "preview_token is of a spend with other content: send the spend as it was previewed",
        field: "preview_token")
    static let previewExpired = Self(
        .previewExpired, "the preview is too old; nothing was done: preview the spend again", field: "preview_token")
    static let runningTotalOverflow = Self(
        .runningTotalOverflow, "the card's running total would exceed 9223372036854775807 minor units")
    static let rewardOverflow = Self(
        .rewardOverflow,
        "the card would have earned more than 1152921504606846976 millionths with a program: lower the program's rate")
    static let timeLimit = Self(
        .timeLimit, "the deadline is too near to record a spend; nothing was done: send it again with more time")
    static let commitUnknown = Self(
        .commitUnknown,
        "the connection to the database broke during the commit: send the same spend again, which is safe and gives "
            + "the outcome",
        outcome: .unknown)
    static let callCommitUnknown = Self(
        .commitUnknown,
        "the connection to the database broke during the commit: make the same call again, which is safe and gives the "
            + "outcome",
        outcome: .unknown)
    static let callDatabaseUnavailable = Self(
        .databaseUnavailable, "the database cannot be reached; nothing was done: make the call again shortly")
    static let contention = Self(
        .contention, "other calls with the same spend ids won every attempt: send the spend again")
    static let cardBusy = Self(
        .contention, "another transaction holds the card's row; nothing was done: make the same call again")
    static let databaseUnavailable = Self(
        .databaseUnavailable, "the database cannot be reached; nothing was done: send the spend again shortly")
    static let internalFault = Self(
        .internalFault, "a fault of the service, which its log describes; nothing was done")
}
