import Cosmo
import PostgreSQL
import Rewards
import Waiting

/// What the end of an issuance call means for the issuance and for its program: one exhaustive switch (I-6, I-12).
package struct SendOutcome: Sendable, Hashable {
    /// What the call's end means for calls to the same program that follow.
    enum Health: Sendable, Hashable {
        /// The program is there.
        case answered
        /// The next call may fail as well, so the program rests, at least until the time Cosmo asked for.
        case failed(notBefore: PostgresTimestamp?)
    }

    let event: IssuanceEvent
    let health: Health
    /// For metrics: a short name from a closed list.
    let label: String
    /// Whether Cosmo did not accept the issuance, for whatever reason.
    var isFailure: Bool { label != Self.accepted }

    private static let accepted = "accepted"
    /// Every label there is.
    package static let labels = [accepted, "refused", "duplicate", "not_sent", "unknown"]

    init(_ answer: CosmoIssuanceAnswer) {
        event = .answered(TransactionFacts(answer))
        health = .answered
        label = Self.accepted
    }

    init(
        _ error: CosmoError, issuance: IssuanceRecord, lease: String, at now: PostgresTimestamp,
        configuration: IssuanceConfiguration
    ) {
        let reason = error.reason.rawValue
        let notBefore = error.retryAfter.map(now.advanced(by:))
        let pause = configuration.sendBackoff.pause(afterFailures: issuance.attempts)
        let retryAt = max(now.advanced(by: pause), notBefore ?? now)
        let readAt = max(now.advanced(by: configuration.readDelayMin), notBefore ?? now)
        switch (error.kind, error.outcome) {
        case (.refused, _)
        where error.reason == .tokenRefused && issuance.attempts < configuration.settlement.sendsMax:
            // Not the issuance is refused but every call: a fresh token was refused as well.
            event = .notSent(reason: reason, retryAt: retryAt, lease: lease)
            health = .failed(notBefore: notBefore)
            label = "not_sent"
        case (.refused, _):
            event = .refused(reason: reason, lease: lease)
            health = .answered
            label = "refused"
        case (.duplicateReference, _):
            // Something has this reference already: only a read shows whether it is ours.
            event = .outcomeUnknown(reason: reason, readAt: now, lease: lease)
            health = .answered
            label = "duplicate"
        case (.notSent, _), (.rateLimited, .notApplied), (.unknown, .notApplied), (.malformedAnswer, .notApplied):
            event = .notSent(reason: reason, retryAt: retryAt, lease: lease)
            health = .failed(notBefore: notBefore)
            label = "not_sent"
        case (.rateLimited, .unknown), (.unknown, .unknown), (.malformedAnswer, .unknown):
            event = .outcomeUnknown(reason: reason, readAt: readAt, lease: lease)
            health = .failed(notBefore: notBefore)
            label = "unknown"
        }
    }
}
