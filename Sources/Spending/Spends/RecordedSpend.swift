package import PostgreSQL
package import Rewards

/// A spend on disk, with the decision that was made about it.
package struct RecordedSpend: Sendable, Hashable {
    /// The decision as it was made and stored, byte for byte (I-9).
    package let decision: Decision
    /// The legs: as decided in the answer of `RecordSpend`, as they are now in `GetSpend` and `ListSpends`, where a leg
    /// that was parked may have earned since.
    package internal(set) var legs: [RecordedLeg]
    /// Why the decision was made under its preference version.
    package let attribution: Attribution
    /// The authorisation that the spend cleared; nil when the platform named none.
    package let authorizationID: String?
    /// When the spend was recorded, by the service's clock.
    package let recordedAt: PostgresTimestamp
    /// How much of it is refunded: zero in the answer of `RecordSpend`, the present amount in `GetSpend` and
    /// `ListSpends`.
    package internal(set) var refundedMinor: Int64
    /// How much of it is held at this moment, in minor units: what the decision held, less refunds; zero once released.
    package internal(set) var heldNowMinor: Int64
    /// What became of what the decision held; nil while nothing has, and when nothing was held.
    package internal(set) var release: SpendRelease?

    /// The purchase.
    package var spend: SpendInput { decision.input }
    /// The version of the card's preference that it was decided under.
    package var preferenceVersion: Int64 { decision.preferenceVersion }

    init(
        decision: Decision, attribution: Attribution, authorizationID: String?, recordedAt: PostgresTimestamp,
        refundedMinor: Int64 = 0, heldNowMinor: Int64? = nil, release: SpendRelease? = nil
    ) {
        self.decision = decision
        self.attribution = attribution
        self.authorizationID = authorizationID
        self.recordedAt = recordedAt
        self.refundedMinor = refundedMinor
        self.heldNowMinor = heldNowMinor ?? decision.heldMinor
        self.release = release
        legs = RecordedLeg.all(of: decision)
    }
}
