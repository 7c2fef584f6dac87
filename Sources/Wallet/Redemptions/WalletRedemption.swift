package import PostgreSQL
import Rewards

/// A member's redemption of an offer.
package struct WalletRedemption: Sendable, Hashable {
    /// The redemption's id.
    package let id: String
    /// The offer's id.
    package let offer: String
    /// Its status.
    package let status: RedemptionStatus
    /// When it was submitted, in whole milliseconds.
    package let createdAt: PostgresTimestamp
    /// When what was redeemed begins, in whole milliseconds.
    package let startAt: PostgresTimestamp?
    /// When what was redeemed ends, in whole milliseconds.
    package let endAt: PostgresTimestamp?

    init(
        id: String, offer: String, status: RedemptionStatus, createdAt: PostgresTimestamp,
        startAt: PostgresTimestamp?, endAt: PostgresTimestamp?
    ) {
        self.id = id
        self.offer = offer
        self.status = status
        self.createdAt = createdAt
        self.startAt = startAt
        self.endAt = endAt
    }

    /// The redemption in JSON, as endpoints receive it.
    var fields: [(String, JSONValue?)] {
        [
            ("id", .string(id)), ("offer", .string(offer)), ("status", .string(status.rawValue)),
            ("createdAt", .time(createdAt)), ("startAt", .time(startAt)), ("endAt", .time(endAt)),
        ]
    }
}
