public import PostgreSQL
public import Rewards

/// A refund on disk, as it is now.
public struct RecordedRefund: Sendable, Hashable {
    /// Where a refund is.
    public enum Status: String, Sendable, Hashable, CaseIterable {
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
    public struct Part: Sendable, Hashable {
        /// The spend.
        public let spendID: String
        /// In minor units, above zero.
        public let amountMinor: Int64
        /// The part of it that had earned nothing for good.
        public let excludedMinor: Int64
        /// The part of it that had waited for a link.
        public let heldMinor: Int64
    }

    /// What was taken from one program's leg of one spend.
    public struct Clawback: Sendable, Hashable {
        /// The spend.
        public let spendID: String
        /// The program.
        public let programID: String
        /// What the earning was counted in.
        public let unit: RewardUnit
        /// What left the leg, in minor units.
        public let amountMinor: Int64
        /// What is no longer earned, in millionths of the unit.
        public let micro: Int64
    }

    /// The platform's id of the refund.
    public let refundID: String
    /// The card.
    public let cardID: String
    /// The spend as the platform named it; nil when it named none.
    public let spendID: String?
    /// What is refunded.
    public let amount: Money
    /// ISO 18245, or empty.
    public let merchantCategoryCode: String
    /// The merchant's name, or empty.
    public let merchantName: String
    /// The authorisation whose clearing is refunded, when the platform named one.
    public let authorizationID: String?
    /// When the merchant refunded.
    public let occurredAt: PostgresTimestamp
    /// Where it is.
    public let status: Status
    /// Why it is held; nil otherwise.
    public let reason: String?
    /// What chose its spends: `NAMED`, `OPERATOR` or a rule of the policy; nil while nothing has.
    public let rule: String?
    /// What the policy considered, as JSON; an empty array when a spend was named.
    public let candidatesJSON: String
    /// When it was recorded, by the service's clock.
    public let recordedAt: PostgresTimestamp
    /// When it was applied or undone last; nil before.
    public let settledAt: PostgresTimestamp?
    /// The spends that bear it now, in the order in which the refund was attributed to them.
    public internal(set) var parts: [Part] = []
    /// What those spends' programs have given for it, in the order of the parts.
    public internal(set) var clawbacks: [Clawback] = []
}
