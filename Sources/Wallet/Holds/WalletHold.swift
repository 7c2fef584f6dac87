package import PostgreSQL
import Rewards

/// Points of a member that are set aside for a purchase under way.
///
/// A hold moves no points. It lowers what is available (`balance - held`) until it is captured, released or expires.
package struct WalletHold: Sendable, Hashable {
    /// The hold's id.
    package let id: String
    /// The member whose points are held.
    package let externalUserID: String
    /// What is set aside, in points: the most that a capture can debit.
    package let amount: Int64
    /// What its capture debited, in points; 0 without one.
    package let captured: Int64
    /// Its status.
    package let status: HoldStatus
    /// What it is for; nil when none was given.
    package let reason: String?
    /// When it was placed, in whole milliseconds.
    package let createdAt: PostgresTimestamp
    /// When it expires unless it has ended before, in whole milliseconds.
    package let expiresAt: PostgresTimestamp
    /// When it ended, in whole milliseconds; nil while it is active.
    package let endedAt: PostgresTimestamp?

    init(
        id: String, externalUserID: String, amount: Int64, captured: Int64, status: HoldStatus, reason: String?,
        createdAt: PostgresTimestamp, expiresAt: PostgresTimestamp, endedAt: PostgresTimestamp?
    ) {
        self.id = id
        self.externalUserID = externalUserID
        self.amount = amount
        self.captured = captured
        self.status = status
        self.reason = reason
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
    }

    /// The hold in JSON, as endpoints receive it.
    var fields: [(String, JSONValue?)] {
        [
            ("id", .string(id)), ("externalUserID", .string(externalUserID)), ("amount", .integer(amount)),
            ("captured", .integer(captured)), ("status", .string(status.rawValue)), ("reason", .text(reason)),
            ("createdAt", .time(createdAt)), ("expiresAt", .time(expiresAt)), ("endedAt", .time(endedAt)),
        ]
    }
}
