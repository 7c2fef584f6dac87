package import PostgreSQL
package import Rewards

/// What may or may not have been issued by a program, in one unit (I-6).
package struct UnknownBalance: Sendable, Hashable {
    /// The program.
    package let programID: String
    /// What it counts.
    package let unit: RewardUnit
    /// How much, in millionths of the unit.
    package let unknownMicro: Int64
    /// In how many issuances.
    package let issuanceCount: Int64
    /// When the oldest of them was first sent; nil when there are none.
    package let oldestSentAt: PostgresTimestamp?
}
