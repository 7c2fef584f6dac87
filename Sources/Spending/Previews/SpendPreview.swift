package import PostgreSQL
package import Rewards

/// What recording a spend would do now.
package struct SpendPreview: Sendable, Hashable {
    /// The decision that would be stored; the stored one when the spend is recorded already.
    package let decision: Decision
    /// Its legs.
    package let legs: [RecordedLeg]
    /// Why it would be made under its preference version.
    package let attribution: Attribution
    /// Binds `RecordSpend` to this decision.
    package let token: String
    /// When the token ends.
    package let expiresAt: PostgresTimestamp

    /// The version of the card's preference.
    package var preferenceVersion: Int64 { decision.preferenceVersion }
}
