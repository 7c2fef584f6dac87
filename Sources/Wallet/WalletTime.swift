package import PostgreSQL

/// Times as the wallet writes them: UTC, whole milliseconds, `2026-03-02T10:00:03.000Z` (contract U29).
package enum WalletTime {
    /// The text of a time, cut to milliseconds.
    package static func text(_ time: PostgresTimestamp) -> String {
        let cut = milliseconds(time)
        let text = cut.description
        guard cut.isFinite else { return text }
        // The description ends in `Z`, or in six digits of which the last three are zero here.
        return text.contains(".") ? String(text.dropLast(4)) + "Z" : String(text.dropLast()) + ".000Z"
    }

    /// A time cut to whole milliseconds, towards the past.
    package static func milliseconds(_ time: PostgresTimestamp) -> PostgresTimestamp {
        guard time.isFinite else { return time }
        let micros = time.microsecondsSinceEpoch
        let rest = micros % 1000
        return PostgresTimestamp(microsecondsSinceEpoch: micros - (rest < 0 ? rest + 1000 : rest))
    }
}
