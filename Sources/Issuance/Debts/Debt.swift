package import PostgreSQL
package import Rewards

/// What a card owes a program: clawed back after it was issued, and not earned again since (I-7).
package struct Debt: Sendable, Hashable {
    /// The position that owes.
    package let key: PositionKey
    /// How much, in millionths of the unit; above zero.
    package let debtMicro: Int64
    /// When the oldest part of it came about.
    package let oldestAt: PostgresTimestamp
    /// The debt by age; the parts sum to it.
    package let ages: DebtAges
}
