public import PostgreSQL
public import Rewards

/// One step of a spend's refunds: money taken out of its decision, or put back (I-4).
public struct SpendMovement: Sendable, Hashable {
    /// What the step did to one program's leg; below zero what it gave back.
    public struct Clawback: Sendable, Hashable {
        /// The program.
        public let programID: String
        /// What the earning is counted in.
        public let unit: RewardUnit
        /// What left the leg, in minor units.
        public let amountMinor: Int64
        /// What is no longer earned, in millionths of the unit.
        public let micro: Int64
        /// Whether it left a leg of the spend's release.
        public let isOfRelease: Bool
    }

    /// The refund it belongs to.
    public let refundID: String
    /// `refund`, `undo`, `reattribution`, `settlement` or `release`.
    public let cause: String
    /// What was taken, in minor units; below zero what was put back.
    public let amountMinor: Int64
    /// How much of the spend was refunded after it.
    public let refundedAfterMinor: Int64
    /// The part of it that had earned nothing for good.
    public let excludedMinor: Int64
    /// The part of it that had waited for a link.
    public let heldMinor: Int64
    /// The part of it that was held and released since: the clawbacks of the release, and for the rest what is excluded.
    public let releasedMinor: Int64
    /// When it happened, by the service's clock.
    public let recordedAt: PostgresTimestamp
    /// What each program gave, in the order of their ids.
    public internal(set) var clawbacks: [Clawback] = []
}
