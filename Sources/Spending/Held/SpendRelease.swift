package import PostgreSQL
package import Rewards

/// What became of the money that a spend's decision held.
///
/// **Guarantees** A spend has one at most (I-5). The legs and what is excluded sum to the amount (I-1).
package struct SpendRelease: Sendable, Hashable {
    /// What was done with it.
    package enum Outcome: String, Sendable, Hashable {
        /// It was decided, as a purchase is.
        case released
        /// It is excluded for good.
        case expired
    }

    /// Why it happened.
    package enum Cause: String, Sendable, Hashable {
        /// A later version of the card's preference has links.
        case link
        /// An operator asked for it.
        case `operator`
        /// It was held for as long as the settings allow.
        case lifetime
    }

    /// What was done with it.
    package let outcome: Outcome
    /// Why.
    package let cause: Cause
    /// All that was held by the spend's decision, in minor units; also what refunds had taken of it before.
    package let amountMinor: Int64
    /// The decision about it, byte for byte (I-9); nil when it has expired.
    package let decision: Decision?
    /// What each program has of it; a leg that was parked shows what it has earned since.
    package internal(set) var legs: [RecordedLeg]
    /// What no program took, in minor units; all of it when it has expired.
    package let excludedMinor: Int64
    /// Why something of it is excluded: the decision's rule, or `HELD_TOO_LONG`; nil when nothing is.
    package var excludedReason: String? {
        if outcome == .expired { return "HELD_TOO_LONG" }
        return decision?.excludedRule?.rawValue
    }
    /// The version of the card's preference that it was decided under; the one then in force when it has expired.
    package let preferenceVersion: Int64
    /// When it was recorded, by the service's clock.
    package let recordedAt: PostgresTimestamp

    init(
        outcome: Outcome, cause: Cause, amountMinor: Int64, decision: Decision?, preferenceVersion: Int64,
        recordedAt: PostgresTimestamp
    ) {
        self.outcome = outcome
        self.cause = cause
        self.amountMinor = amountMinor
        self.decision = decision
        self.preferenceVersion = preferenceVersion
        self.recordedAt = recordedAt
        legs = decision.map(RecordedLeg.all(of:)) ?? []
        excludedMinor = decision?.excludedMinor ?? amountMinor
    }
}
