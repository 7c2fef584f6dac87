import PostgreSQL
package import Rewards

/// What all cards owe a program, in one unit.
package struct DebtTotal: Sendable, Hashable {
    /// The program.
    package let programID: String
    /// What is owed.
    package let unit: RewardUnit
    /// How much, in millionths of the unit.
    package let debtMicro: Int64
    /// How many positions owe.
    package let positionCount: Int64
}
