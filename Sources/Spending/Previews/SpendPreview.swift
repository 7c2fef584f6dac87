public import PostgreSQL
public import Rewards

/// What recording a spend would do now.
public struct SpendPreview: Sendable, Hashable {
    /// The decision that would be stored; the stored one when the spend is recorded already.
    public let decision: Decision
    /// Its legs.
    public let legs: [RecordedLeg]
    /// Why it would be made under its preference version.
    public let attribution: Attribution
    /// Binds `RecordSpend` to this decision.
    public let token: String
    /// When the token ends.
    public let expiresAt: PostgresTimestamp

    /// The version of the card's preference.
    public var preferenceVersion: Int64 { decision.preferenceVersion }
}
