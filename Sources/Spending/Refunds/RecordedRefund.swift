package import PostgreSQL
package import Rewards

/// A refund on disk, as it is now.
package struct RecordedRefund: Sendable, Hashable {
    /// Where a refund is.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        /// Taken from its spends.
        case applied
        /// Its spend is not here yet; it is taken as soon as that is recorded.
        case waiting
        /// An operator decides; ``RecordedRefund/reason`` says why.
        case held
        /// Taken back, as if it had never been.
        case undone
    }

    /// How much of a refund one spend bears.
    package struct Part: Sendable, Hashable {
        /// The spend.
        package let spendID: String
        /// In minor units, above zero.
        package let amountMinor: Int64
        /// The part of it that had earned nothing for good.
        package let excludedMinor: Int64
        /// The part of it that had waited for a link.
        package let heldMinor: Int64
    }

    /// What was taken from one program's leg of one spend.
    package struct Clawback: Sendable, Hashable {
        /// The spend.
        package let spendID: String
        /// The program.
        package let programID: String
        /// What the earning was counted in.
        package let unit: RewardUnit
        /// What left the leg, in minor units.
        package let amountMinor: Int64
        /// What is no longer earned, in millionths of the unit.
        package let micro: Int64
    }

    /// The platform's id of the refund.
    package let refundID: String
    /// The card.
    package let cardID: String
    /// The spend as the platform named it; nil when it named none.
    package let spendID: String?
    /// What is refunded.
    package let amount: Money
    /// ISO 18245, or empty.
    package let merchantCategoryCode: String
    /// The merchant's name, or empty.
    package let merchantName: String
    /// The authorisation whose clearing is refunded, when the platform named one.
    package let authorizationID: String?
    /// When the merchant refunded.
    package let occurredAt: PostgresTimestamp
    /// Where it is.
    package let status: Status
    /// Why it is held; nil otherwise.
    package let reason: String?
    /// What chose its spends: `NAMED`, `OPERATOR` or a rule of the policy; nil while nothing has.
    package let rule: String?
    /// What the policy considered, as JSON; an empty array when a spend was named.
    package let candidatesJSON: String
    /// When it was recorded, by the service's clock.
    package let recordedAt: PostgresTimestamp
    /// When it was applied or undone last; nil before.
    package let settledAt: PostgresTimestamp?
    /// The spends that bear it now, in the order in which the refund was attributed to them.
    package internal(set) var parts: [Part] = []
    /// What those spends' programs have given for it, in the order of the parts.
    package internal(set) var clawbacks: [Clawback] = []
}
