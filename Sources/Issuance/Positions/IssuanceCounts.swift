package import PostgreSQL
import Rewards

/// How many issuances and positions are in which state.
package struct IssuanceCounts: Sendable, Hashable {
    /// Issuances by status; of the parked ones only those that wait for a person, since the others are history.
    package var byStatus: [IssuanceStatus: Int64] = [:]
    /// When the oldest of those was planned, or last sent, or settled; nothing for confirmed ones.
    package var oldest: [IssuanceStatus: PostgresTimestamp] = [:]
    /// Confirmed issuances that later information contradicts and no operator has resolved.
    package var contradicted: Int64 = 0
    /// Issuances that wait for a person, in any status.
    package var waitingForPerson: Int64 = 0
    /// Positions the planner has to look at.
    package var positionsToPlan: Int64 = 0
    /// Positions with something in the way of planning.
    package var positionsBlocked: Int64 = 0
}
