public import PostgreSQL
public import Rewards

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
