public import PostgreSQL
public import Rewards

/// What may or may not have been issued by a program, in one unit (I-6).
public struct UnknownBalance: Sendable, Hashable {
    /// The program.
    public let programID: String
    /// What it counts.
    public let unit: RewardUnit
    /// How much, in millionths of the unit.
    public let unknownMicro: Int64
    /// In how many issues.
    public let issuanceCount: Int64
    /// When the oldest of them was first sent; nil when there are none.
    public let oldestSentAt: PostgresTimestamp?
}
