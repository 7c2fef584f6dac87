public import PostgreSQL
public import Rewards

/// What all cards owe a program, in one unit.
public struct DebtTotal: Sendable, Hashable {
    /// The program.
    public let programID: String
    /// What is owed.
    public let unit: RewardUnit
    /// How much, in millionths of the unit.
    public let debtMicro: Int64
    /// How many positions owe.
    public let positionCount: Int64
}
