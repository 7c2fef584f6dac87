import Glibc

/// A point in time as PostgreSQL's `timestamptz` keeps it: whole microseconds, counted here from the Unix epoch.
package struct PostgresTimestamp: Sendable, Hashable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z; negative before it.
    package let microsecondsSinceEpoch: Int64

    /// PostgreSQL's `infinity`, later than every point in time.
    package static let infinity = PostgresTimestamp(microsecondsSinceEpoch: .max)
    /// PostgreSQL's `-infinity`, earlier than every point in time.
    package static let negativeInfinity = PostgresTimestamp(microsecondsSinceEpoch: .min)

    /// Creates a timestamp from microseconds since the Unix epoch.
    package init(microsecondsSinceEpoch: Int64) {
        self.microsecondsSinceEpoch = microsecondsSinceEpoch
    }

    /// The system clock's time.
    package static var now: PostgresTimestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return PostgresTimestamp(microsecondsSinceEpoch: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Whether this is neither `infinity` nor `-infinity`.
    package var isFinite: Bool { self != .infinity && self != .negativeInfinity }

    /// Orders by time.
    package static func < (left: PostgresTimestamp, right: PostgresTimestamp) -> Bool {
        left.microsecondsSinceEpoch < right.microsecondsSinceEpoch
    }

    /// The timestamp moved by a duration, cut to whole microseconds; the infinities stay where they are.
    package func advanced(by duration: Duration) -> PostgresTimestamp {
        guard isFinite else { return self }
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let micros = attoseconds / 1_000_000_000_000
        let (offset, overflow2) = whole.addingReportingOverflow(micros)
        let (result, overflow3) = microsecondsSinceEpoch.addingReportingOverflow(offset)
        if overflow || overflow2 || overflow3 { return seconds < 0 ? .negativeInfinity : .infinity }
        return PostgresTimestamp(microsecondsSinceEpoch: result)
    }

    /// The time from `earlier` to this timestamp.
    package func duration(since earlier: PostgresTimestamp) -> Duration {
        .microseconds(microsecondsSinceEpoch) - .microseconds(earlier.microsecondsSinceEpoch)
    }

    /// Microseconds from the Unix epoch to 2000-01-01T00:00:00Z, from which PostgreSQL counts.
    private static let postgresEpoch: Int64 = 946_684_800_000_000

    init(wireValue: Int64) throws(PostgresError) {
        if wireValue == .max || wireValue == .min {
            self.init(microsecondsSinceEpoch: wireValue)
            return
        }
        let (value, overflow) = wireValue.addingReportingOverflow(Self.postgresEpoch)
        if overflow { throw .decoding("a timestamp lies outside the range of 64-bit microseconds") }
        self.init(microsecondsSinceEpoch: value)
    }

    func wireValue() throws(PostgresError) -> Int64 {
        guard isFinite else { return microsecondsSinceEpoch }
        let (value, overflow) = microsecondsSinceEpoch.subtractingReportingOverflow(Self.postgresEpoch)
        if overflow { throw .encoding("a timestamp lies outside the range PostgreSQL stores") }
        return value
    }
}
