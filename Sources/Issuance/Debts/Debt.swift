public import PostgreSQL
public import Rewards

/// What a card owes a program: clawed back after it was issued, and not earned again since (I-7).
public struct Debt: Sendable, Hashable {
    /// The position that owes.
    public let key: PositionKey
    /// How much, in millionths of the unit; above zero.
    public let debtMicro: Int64
    /// When the oldest part of it came about.
    public let oldestAt: PostgresTimestamp
    /// The debt by age; the parts sum to it.
    public let ages: DebtAges
}
