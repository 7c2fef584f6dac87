import PostgreSQL

/// Times as ISO 8601 and RFC 3339 section 5.6 write them: a date, or a date with a time of day and an offset.
enum InternetTime {
    /// The moment a text names, cut to microseconds; nil for every other text. A date alone is its midnight in UTC.
    static func parse(_ text: String) -> PostgresTimestamp? {
        var digits = Digits(text.utf8)
        guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2), digits.skip("-"),
            let day = digits.number(2), (1...12).contains(month), day >= 1, day <= dayCount(year, month)
        else { return nil }
        let midnight = daysSinceEpoch(year, month, day) * 86_400
        if digits.isAtEnd { return moment(midnight, 0) }
        guard digits.skip("T") || digits.skip("t"), let hour = digits.number(2), digits.skip(":"),
            let minute = digits.number(2), digits.skip(":"), let second = digits.number(2), hour < 24, minute < 60,
            second < 60, let fraction = digits.fraction(), let offset = digits.offset(), digits.isAtEnd
        else { return nil }
        return moment(midnight + hour * 3600 + minute * 60 + second - offset, fraction)
    }

    private static func moment(_ seconds: Int64, _ microseconds: Int64) -> PostgresTimestamp {
        PostgresTimestamp(microsecondsSinceEpoch: seconds * 1_000_000 + microseconds)
    }

    private static func dayCount(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the Gregorian calendar from 1 January 1970; the years begin in March here, so that leap days come last.
    private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let year = month > 2 ? year : year - 1
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// A place in the text that moves forward over what was recognised.
    private struct Digits {
        private var rest: ArraySlice<UInt8>

        init(_ text: String.UTF8View) { rest = ArraySlice(text) }

        var isAtEnd: Bool { rest.isEmpty }

        mutating func skip(_ character: Unicode.Scalar) -> Bool {
            guard let first = rest.first, Unicode.Scalar(first) == character else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func number(_ count: Int) -> Int64? {
            let digits = rest.prefix(count)
            guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            rest = rest.dropFirst(count)
            return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }

        /// Microseconds; 0 when there is no fraction, nil when there is none behind its point.
        mutating func fraction() -> Int64? {
            guard skip(".") else { return 0 }
            let digits = rest.prefix { (0x30...0x39).contains($0) }
            guard (1...12).contains(digits.count) else { return nil }
            rest = rest.dropFirst(digits.count)
            let six = Array(digits.prefix(6)) + [UInt8](repeating: 0x30, count: max(0, 6 - digits.count))
            return six.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }

        /// Seconds east of UTC.
        mutating func offset() -> Int64? {
            if skip("Z") || skip("z") { return 0 }
            let isWest = rest.first == 0x2D
            guard skip("+") || skip("-"), let hour = number(2), skip(":"), let minute = number(2), hour < 24,
                minute < 60
            else { return nil }
            return (hour * 3600 + minute * 60) * (isWest ? -1 : 1)
        }
    }
}
