public import PostgreSQL
public import Rewards

/// A position as it is shown.
public struct PositionView: Sendable, Hashable {
    /// Which position.
    public let key: PositionKey
    /// Its sums, with what is pending or owed (I-2).
    public let position: Position
    /// Why nothing is planned although something is pending; nil when nothing prevents it.
    public let blockedReason: String?
    /// The refused issue that blocks it; nil when it is the link or the program.
    public let blockedBy: String?
    /// When the planner looks at it next.
    public let planAt: PostgresTimestamp?
    /// When it changed last.
    public let changedAt: PostgresTimestamp
}
