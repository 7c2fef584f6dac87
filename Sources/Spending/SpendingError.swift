import PostgreSQL
package import Rewards

/// Why a spending call was refused or failed, and whether anything happened (I-12).
///
/// **Guarantees** `message` says what to do and holds nothing of the request: no ids, names or amounts.
package struct SpendingError: UseCaseError, Hashable {
    /// The stable reason for machines.
    package let reason: Reason
    /// What to do about it, for people.
    package let message: String
    /// The field at fault, in the names of `proto/multibrand/v1/spends.proto`, when there is one.
    package let field: String?
    /// What has happened to the spend.
    package let outcome: EffectOutcome
    /// With `PREVIEW_CHANGED`: what changed since the preview.
    package let previewChanges: [PreviewChange]

    /// The reason as text, `SPEND_CONFLICT` for example.
    package var reasonText: String { reason.rawValue }
    /// What sort of failure it is.
    package var kind: FaultKind { reason.kind }

    init(
        _ reason: Reason, _ message: String, field: String? = nil, outcome: EffectOutcome = .notApplied,
        previewChanges: [PreviewChange] = []
    ) {
        self.reason = reason
        self.message = message
        self.field = field
        self.outcome = outcome
        self.previewChanges = previewChanges
    }
}

extension SpendingError: CustomStringConvertible {
    /// Reason, message and outcome.
    package var description: String { "\(reason.rawValue): \(message) (\(outcome.rawValue))" }
}

extension SpendingError {
    static let unknownRefund = Self(.unknownRefund, "no refund has this id")
    static let unknownSpendOfRefund = Self(
        .unknownSpend, "no spend has this id, and no card is named to wait under: name the card, or the right spend")
    static let unknownCardOfRefund = Self(.unknownCard, "the card is not registered: check card_id")
    static let spendOfAnotherCard = Self(
        .spendOfAnotherCard, "the spend is of another card than the refund: name a spend of the refund's card",
        field: "spend_id")
    static let refundConflict = Self(
        .refundConflict,
        "this refund_id is stored with other content: send the first content again, or a new refund_id for another "
            + "refund"
    )
    static let refundUndone = Self(
        .refundUndone, "the refund was undone, so there is nothing to attribute: record it again under a new refund_id")
    static let partsDoNotSum = Self(
        .partsDoNotSum, "the targets do not sum to the refund's amount: share out the whole amount, each spend once",
        field: "targets")
    static let refundExceedsSpend = Self(
        .refundExceedsSpend,
        "this is more than was cleared and is not yet refunded; nothing was done: read the spend for what is left")
    static let decisionNotReproduced = Self(
        .decisionNotReproduced, "the spend's stored decision does not follow from its certificate: run verify")
    static let pluginUnavailable = Self(
        .pluginUnavailable,
        "this build does not hold the plugin that decided the spend: run the release that does, then try again")
    static let pluginFailed = Self(
        .pluginFailed, "the plugin that decided the spend fails on what remains of it: fix it, then try again")
    static let pluginContradictsItself = Self(
        .pluginContradictsItself,
        "the plugin that decided the spend now answers otherwise: restore its version, then try again")

    /// Whether a refund that meets this is held for an operator instead of refused: nothing is wrong with the refund.
    var holdsRefund: Bool {
        switch reason {
        case .decisionNotReproduced, .pluginUnavailable, .pluginFailed, .pluginContradictsItself: true
        default: false
        }
    }
}

extension SpendingError {
    /// What a database error is to a call; nil for a fault of ours.
    init?(ofCall error: PostgresError) {
        switch error.meaning {
        case .unreachable, .closed, .interrupted, .unavailable, .timedOut: self = .callDatabaseUnavailable
        case .contended: self = .cardBusy
        case .unknownCommit: self = .callCommitUnknown
        case .refusedRow, .refusedStatement, .misused: return nil
        }
    }

    /// What a database error is to a spend of the batch that met it.
    init(ofSpend error: PostgresError) {
        switch error.meaning {
        case .unreachable, .closed, .interrupted, .unavailable, .timedOut: self = .databaseUnavailable
        case .contended: self = .contention
        case .unknownCommit: self = .commitUnknown
        case .refusedRow: self = error.saysNumberIsOutOfRange ? .rewardOverflow : .internalFault
        case .refusedStatement, .misused: self = .internalFault
        }
    }
}
