package import PostgreSQL

/// A day in UTC, from midnight to midnight.
package struct ReconciliationDay: Sendable, Hashable, Comparable {
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// Days since 1970-01-01.
    let number: Int64

    init(number: Int64) {
        self.number = number
    }

    /// The day that a moment is in.
    package init(containing time: PostgresTimestamp) {
        let micros = time.microsecondsSinceEpoch
        let days = micros / Self.microsecondsPerDay
        self.number = micros % Self.microsecondsPerDay < 0 ? days - 1 : days
    }

    /// Reads a day as `2026-11-20`; nil when it is not one.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), let day = Int64(parts[2]),
            year >= 1970, (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.number = Self.number(year: year, month: month, day: day)
        // The 31st of a shorter month would be a day of the next.
        guard self.text == text else { return nil }
    }

    /// The first moment.
    package var start: PostgresTimestamp {
        PostgresTimestamp(microsecondsSinceEpoch: number * Self.microsecondsPerDay)
    }

    /// The first moment of the next day.
    package var end: PostgresTimestamp { ReconciliationDay(number: number + 1).start }

    /// The day before.
    package var previous: ReconciliationDay { ReconciliationDay(number: number - 1) }

    /// The day as `2026-11-20`.
    package var text: String {
        // Years begin in March here, so that a leap day is a year's last; 719,468 days lie between 0000-03-01 and 1970.
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(Self.padded(year, to: 4))-\(Self.padded(month, to: 2))-\(Self.padded(day, to: 2))"
    }

    private static func number(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let era = marchYear / 400
        let yearOfEra = marchYear - era * 400
        let monthFromMarch = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func padded(_ number: Int64, to width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(width - text.count, 0)) + text
    }

    /// Orders by time.
    package static func < (left: ReconciliationDay, right: ReconciliationDay) -> Bool { left.number < right.number }
}
