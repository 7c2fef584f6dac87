package import Rewards

/// A refusal of the wallet, with the contract's code for machines and words for people.
///
/// **Guarantees** It holds no id, address, key or token.
package struct WalletError: Error, Sendable, Hashable {
    /// The codes of the wallet contract, section 9.1 and 8.8, stable between releases.
    package enum Reason: String, Sendable, CaseIterable {
        /// No credential, one of the wrong shape, or one that works no more.
        case unauthorized = "UNAUTHORIZED"
        /// The credential is good and does not reach this far.
        case forbidden = "FORBIDDEN"
        /// What is named does not exist, or is not visible to the caller.
        case notFound = "NOT_FOUND"
        /// A field breaks its rule; `field` names it.
        case validation = "VALIDATION"
        /// The member has too few points available.
        case insufficientPoints = "INSUFFICIENT_POINTS"
        /// The offer has expired.
        case offerUnavailable = "OFFER_UNAVAILABLE"
        /// The member has a redemption of that offer that was not canceled.
        case redemptionAlreadyExists = "REDEMPTION_ALREADY_EXISTS"
        /// The key came with another request before.
        case idempotencyKeyReused = "IDEMPOTENCY_KEY_REUSED"
        /// The state does not allow it.
        case conflict = "CONFLICT"
        /// The prepaid pool cannot cover the credit.
        case insufficientOrgPoints = "INSUFFICIENT_ORG_POINTS"
        /// No event has that name.
        case webhookEventUnknown = "WEBHOOK_EVENT_UNKNOWN"
        /// That address may not receive events.
        case webhookURLNotAllowed = "WEBHOOK_URL_NOT_ALLOWED"
        /// A defect or an outage of ours.
        case internalFault = "INTERNAL"
    }

    /// What was refused.
    package let reason: Reason
    /// What to do about it, for people; each door spells the fields in it.
    package let words: WalletWords
    /// The field that is wrong, when it is one.
    package let field: WalletField?

    /// What became of the request: this room refuses before anything is committed (I-12).
    package var outcome: EffectOutcome { .notApplied }

    init(_ reason: Reason, _ words: WalletWords, field: WalletField? = nil) {
        self.reason = reason
        self.words = words
        self.field = field
    }
}

extension WalletError.Reason: ErrorReason {
    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .unauthorized: .unauthenticated
        case .forbidden: .permissionDenied
        case .notFound: .notFound
        case .validation, .webhookEventUnknown, .webhookURLNotAllowed: .invalidArgument
        case .insufficientPoints, .offerUnavailable, .conflict, .insufficientOrgPoints: .failedPrecondition
        case .redemptionAlreadyExists, .idempotencyKeyReused: .alreadyExists
        case .internalFault: .internalFault
        }
    }
}

extension WalletError: CustomStringConvertible {
    /// The reason and the words.
    package var description: String { "\(reason.rawValue): \(words.text { "\($0)" })" }
}
