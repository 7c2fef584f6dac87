package import PostgreSQL
package import Rewards

/// What Cosmo refused of a program, in one unit, and an operator has not resolved.
package struct ParkedBalance: Sendable, Hashable {
    /// The program.
    package let programID: String
    /// What it counts.
    package let unit: RewardUnit
    /// How much, in millionths of the unit; at most the greatest number of 64 bits.
    package let parkedMicro: Int64
    /// In how many issuances.
    package let issuanceCount: Int64
    /// When the oldest of them was parked.
    package let oldestAt: PostgresTimestamp
}
