package import FoundationEssentials
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

extension PostgresTimestamp: CustomStringConvertible {
    /// The time in RFC 3339 form, UTC, with microseconds when there are any.
    package var description: String {
        if self == .infinity { return "infinity" }
        if self == .negativeInfinity { return "-infinity" }
        let (day, microsecondOfDay) = microsecondsSinceEpoch.flooredDivision(by: 86_400_000_000)
        let date = Self.civil(fromDays: day)
        let second = microsecondOfDay / 1_000_000
        let fraction = microsecondOfDay % 1_000_000
        let clock = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, to: 2) }
        let calendar = [Self.padded(date.year, to: 4), Self.padded(date.month, to: 2), Self.padded(date.day, to: 2)]
        let suffix = fraction == 0 ? "" : "." + Self.padded(fraction, to: 6)
        return calendar.joined(separator: "-") + "T" + clock.joined(separator: ":") + suffix + "Z"
    }

    /// The proleptic Gregorian date of a day counted from 1970-01-01, by walking 400-year eras that begin on 1 March.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).flooredDivision(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (era * 400 + yearOfEra + (month <= 2 ? 1 : 0), month, day)
    }

    private static func padded(_ value: Int64, to width: Int) -> String {
        let digits = String(value.magnitude)
        return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Int64 {
    /// Quotient and remainder with the remainder never negative.
    fileprivate func flooredDivision(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

extension PostgresTimestamp {
    /// A timestamp from a Foundation date, to the nearest microsecond.
    package init(_ date: Date) {
        let micros = (date.timeIntervalSince1970 * 1_000_000).rounded()
        self =
            Int64(exactly: micros).map(PostgresTimestamp.init(microsecondsSinceEpoch:))
            ?? (micros < 0 ? .negativeInfinity : .infinity)
    }

    /// The Foundation date; the infinities become `distantPast` and `distantFuture`.
    package var date: Date {
        if self == .infinity { return .distantFuture }
        if self == .negativeInfinity { return .distantPast }
        return Date(timeIntervalSince1970: Double(microsecondsSinceEpoch) / 1_000_000)
    }
}
