package import PostgreSQL
package import Rewards

/// One step of a spend's refunds: money taken out of its decision, or put back (I-4).
package struct SpendMovement: Sendable, Hashable {
    /// What the step did to one program's leg; below zero what it gave back.
    package struct Clawback: Sendable, Hashable {
        /// The program.
        package let programID: String
        /// What the earning is counted in.
        package let unit: RewardUnit
        /// What left the leg, in minor units.
        package let amountMinor: Int64
        /// What is no longer earned, in millionths of the unit.
        package let micro: Int64
        /// Whether it left a leg of the spend's release.
        package let isOfRelease: Bool
    }

    /// The refund it belongs to.
    package let refundID: String
    /// `refund`, `undo`, `reattribution`, `settlement` or `release`.
    package let cause: String
    /// What was taken, in minor units; below zero what was put back.
    package let amountMinor: Int64
    /// How much of the spend was refunded after it.
    package let refundedAfterMinor: Int64
    /// The part of it that had earned nothing for good.
    package let excludedMinor: Int64
    /// The part of it that had waited for a link.
    package let heldMinor: Int64
    /// The part of it that was held and released since: the clawbacks of the release, and for the rest what is
    /// excluded.
    package let releasedMinor: Int64
    /// When it happened, by the service's clock.
    package let recordedAt: PostgresTimestamp
    /// What each program gave, in the order of their ids.
    package internal(set) var clawbacks: [Clawback] = []
}
