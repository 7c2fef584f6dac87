import PostgreSQL
import Rewards

/// A debt by age.
///
/// Earnings pay for the oldest claw-backs first, so a debt is made of the newest ones, walked back to its size; an
/// undone refund counts for nothing. What no claw-back explains (Cosmo issued what we took for not issued) has the age
/// of the oldest part, or of the position's last change when there is none.
package struct DebtAges: Sendable, Hashable {
    /// At most 30 days old, in millionths of the unit.
    package var upTo30DaysMicro: Int64 = 0
    /// More than 30 and at most 60 days old.
    package var upTo60DaysMicro: Int64 = 0
    /// More than 60 and at most 90 days old.
    package var upTo90DaysMicro: Int64 = 0
    /// More than 90 days old.
    package var over90DaysMicro: Int64 = 0

    /// Makes the parts.
    package init(
        upTo30DaysMicro: Int64 = 0, upTo60DaysMicro: Int64 = 0, upTo90DaysMicro: Int64 = 0, over90DaysMicro: Int64 = 0
    ) {
        self.upTo30DaysMicro = upTo30DaysMicro
        self.upTo60DaysMicro = upTo60DaysMicro
        self.upTo90DaysMicro = upTo90DaysMicro
        self.over90DaysMicro = over90DaysMicro
    }

    /// Adds to the part of an age.
    mutating func add(_ micro: Int64, since: PostgresTimestamp, at now: PostgresTimestamp) {
        let day = Duration.seconds(86_400)
        switch now.duration(since: since) {
        case ...(day * 30): upTo30DaysMicro += micro
        case ...(day * 60): upTo60DaysMicro += micro
        case ...(day * 90): upTo90DaysMicro += micro
        default: over90DaysMicro += micro
        }
    }
}
