import PostgreSQL
import Rewards

/// The prepaid pool as it is now (contract section 8.9); LIVE only.
package struct WalletPoolState: Sendable, Hashable {
    /// What live credits can still draw, in points.
    package let balance: Int64
    /// Below what balance `org.points.low` is sent, in points.
    package let lowWaterMark: Int64

    init(balance: Int64, lowWaterMark: Int64) {
        self.balance = balance
        self.lowWaterMark = lowWaterMark
    }

    /// What endpoints receive about a pool that is low.
    var eventData: JSONValue { .members([("balance", .integer(balance)), ("lowWaterMark", .integer(lowWaterMark))]) }
}
