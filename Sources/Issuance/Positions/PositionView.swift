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

/// A page of positions.
public struct PositionPage: Sendable, Hashable {
    /// The positions, in the order of card, program and unit.
    public let positions: [PositionView]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}

/// A page of issues.
public struct IssuancePage: Sendable, Hashable {
    /// The issues, in the order they were planned.
    public let issues: [IssuanceRecord]
    /// The token of the next page; nil at the end.
    public let nextPageToken: String?
}

/// How many issues and positions are in which state.
public struct IssuanceCounts: Sendable, Hashable {
    /// Issues by status; of the parked ones only those that wait for a person, since the others are history.
    public var byStatus: [IssuanceStatus: Int64] = [:]
    /// Confirmed issuances that later information contradicts and no operator has resolved.
    public var contradicted: Int64 = 0
    /// Issuances that wait for a person, in any status.
    public var waitingForPerson: Int64 = 0
    /// Positions the planner has to look at.
    public var positionsToPlan: Int64 = 0
    /// Positions with something in the way of planning.
    public var positionsBlocked: Int64 = 0
}
