import Cosmo
package import Rewards

/// A request about positions or issuances that was not carried out, or not fully.
package struct IssuanceError: UseCaseError, Hashable {
    /// The stable reasons.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// A field of the request is not allowed as it is.
        case invalidArgument = "INVALID_ARGUMENT"
        /// The page token is not one that a listing gave.
        case badPageToken = "BAD_PAGE_TOKEN"
        /// Nothing was ever earned by this card with this program.
        case unknownPosition = "UNKNOWN_POSITION"
        /// There is no issuance with this reference number.
        case unknownIssuance = "UNKNOWN_ISSUANCE"
        /// The issuance is not in the state that the request needs.
        case wrongStatus = "WRONG_STATUS"
        /// A decision about an outcome needs evidence.
        case missingEvidence = "MISSING_EVIDENCE"
        /// The transaction id belongs to another issuance.
        case transactionIDTaken = "TRANSACTION_ID_TAKEN"
        /// The position owes nothing.
        case noDebt = "NO_DEBT"
        /// More is to be written off than is owed.
        case exceedsDebt = "EXCEEDS_DEBT"
        /// The request id came with another request before.
        case requestConflict = "REQUEST_CONFLICT"
        /// The day to compare is not over.
        case dayNotOver = "DAY_NOT_OVER"
        /// The day was never compared.
        case unknownReconciliation = "UNKNOWN_RECONCILIATION"
        /// A later comparison of the same day took this one's place.
        case reconciliationReplaced = "RECONCILIATION_REPLACED"
        /// There is no recovery with this number, or none is open.
        case unknownRecovery = "UNKNOWN_RECOVERY"
        /// The recovery has not been compared to its end.
        case recoveryNotCompared = "RECOVERY_NOT_COMPARED"
        /// Transactions of Cosmo are unexplained.
        case recoveryFindingsOpen = "RECOVERY_FINDINGS_OPEN"
        /// Cosmo does not know the transaction.
        case unknownTransaction = "UNKNOWN_TRANSACTION"
        /// The transaction is an issuance in the books already.
        case alreadyInBooks = "ALREADY_IN_BOOKS"
        /// The transaction cannot be an issuance of ours as Cosmo reports it.
        case notAdoptable = "NOT_ADOPTABLE"
        /// Several cards may be the transaction's, or none is known.
        case cardNotProven = "CARD_NOT_PROVEN"
        /// The transaction may be an issuance in the books whose outcome is not known.
        case mayBeOpenIssuance = "MAY_BE_AN_OPEN_ISSUANCE"
        /// The reference number was made for another card.
        case cardDiffers = "CARD_DIFFERS"
        /// Cosmo gave no answer to a listing.
        case cosmoUnavailable = "COSMO_UNAVAILABLE"
        /// Cosmo refused a listing.
        case cosmoRefused = "COSMO_REFUSED"
    }

    /// The stable reason.
    package let reason: Reason
    /// What to do about it, for people; holds no personal data.
    package let message: String
    /// The field of the request that is at fault, when one is.
    package let field: String?
    /// What has happened to what was asked for.
    package let outcome: EffectOutcome

    /// The stable reason as text.
    package var reasonText: String { reason.rawValue }

    /// What kind of wrong it is.
    package var kind: FaultKind { reason.kind }

    /// Makes an error.
    package init(_ reason: Reason, _ message: String, field: String? = nil, outcome: EffectOutcome = .notApplied) {
        self.reason = reason
        self.message = message
        self.field = field
        self.outcome = outcome
    }
}

extension IssuanceError {
    /// A question that Cosmo did not answer, or refused.
    ///
    /// - Parameter what: What happened, as the beginning of a sentence.
    init(_ error: CosmoError, _ what: String) {
        self.init(
            error.kind == .refused ? .cosmoRefused : .cosmoUnavailable,
            "\(what) (\(error.reason.rawValue)): \(error.reason.advice)")
    }
}

extension IssuanceError.Reason: ErrorReason {
    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .invalidArgument, .badPageToken, .missingEvidence: .invalidArgument
        case .unknownPosition, .unknownIssuance, .unknownReconciliation, .unknownRecovery,
            .unknownTransaction:
            .notFound
        case .wrongStatus, .noDebt, .exceedsDebt, .dayNotOver, .cosmoRefused, .recoveryNotCompared,
            .recoveryFindingsOpen, .notAdoptable, .cardNotProven, .cardDiffers, .mayBeOpenIssuance:
            .failedPrecondition
        case .transactionIDTaken, .requestConflict, .alreadyInBooks: .alreadyExists
        case .reconciliationReplaced: .aborted
        case .cosmoUnavailable: .unavailable
        }
    }
}

extension IssuanceError: CustomStringConvertible {
    /// The reason and what to do.
    package var description: String { "\(reason.rawValue): \(message)" }
}
