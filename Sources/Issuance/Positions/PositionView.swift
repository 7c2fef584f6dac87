package import PostgreSQL
package import Rewards

/// A position as it is shown.
package struct PositionView: Sendable, Hashable {
    /// Which position.
    package let key: PositionKey
    /// Its sums, with what is pending or owed (I-2).
    package let position: Position
    /// Why nothing is planned although something is pending; nil when nothing prevents it.
    package let blockedReason: String?
    /// The refused issuance that blocks it; nil when it is the link or the program.
    package let blockedBy: String?
    /// When the planner looks at it next.
    package let planAt: PostgresTimestamp?
    /// When it changed last.
    package let changedAt: PostgresTimestamp
}
