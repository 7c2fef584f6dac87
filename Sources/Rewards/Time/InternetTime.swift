/// Times as RFC 3339 section 5.6 writes them, and a date alone as ISO 8601 does.
///
/// `T` and `Z` in either case, any number of fraction digits (cut to microseconds), and every offset from `-23:59` to
/// `+23:59` are read. A leap second (`23:59:60` UTC at the end of a month) is the first moment of the next day, as
/// POSIX counts.
public enum InternetTime {
    /// Microseconds since 1970 of the moment a text names; nil for every other text.
    ///
    /// - Parameters:
    ///   - allowsDate: Whether a date alone is read, as its midnight in UTC.
    ///   - allowsSpace: Whether a space is accepted instead of the `T`, as databases print it.
    /// **Guarantees** What is returned lies in the years 0001 to 9999.
    public static func microseconds(_ text: String, allowsDate: Bool = false, allowsSpace: Bool = false) -> Int64? {
        var digits = TimeDigits(text.utf8)
        guard let year = digits.number(4), digits.skip("-"), let month = digits.number(2), digits.skip("-"),
            let day = digits.number(2), (1...12).contains(month), day >= 1, day <= dayCount(year, month)
        else { return nil }
        let midnight = daysSinceEpoch(year, month, day) * 86_400
        if digits.isAtEnd { return allowsDate ? plausible(midnight * 1_000_000) : nil }
        guard digits.skip("T") || digits.skip("t") || (allowsSpace && digits.skip(" ")),
            let hour = digits.number(2), digits.skip(":"), let minute = digits.number(2), digits.skip(":"),
            let second = digits.number(2), hour < 24, minute < 60, second <= 60, let fraction = digits.fraction(),
            let offset = digits.offset(), digits.isAtEnd
        else { return nil }
        let seconds = midnight + hour * 3600 + minute * 60 + second - offset
        if second == 60 { guard isMonthStart(seconds) else { return nil } }
        return plausible(seconds * 1_000_000 + (second == 60 ? 0 : fraction))
    }

    /// A date as `2026-11-20`, as days since 1970-01-01; nil for every other text.
    public static func days(_ text: String) -> Int64? {
        guard text.utf8.count == 10 else { return nil }
        return microseconds(text, allowsDate: true).map { $0 / 86_400_000_000 - ($0 % 86_400_000_000 < 0 ? 1 : 0) }
    }

    private static func plausible(_ micros: Int64) -> Int64? {
        TimeRule.representable.contains(micros) ? micros : nil
    }

    private static func dayCount(_ year: Int64, _ month: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Whether this is midnight of the first of a month, in UTC: a leap second comes just before one.
    private static func isMonthStart(_ seconds: Int64) -> Bool {
        guard seconds % 86_400 == 0 else { return false }
        let days = seconds / 86_400
        let year = 1970 + days / 365
        return (year - 2...year + 2).contains { year in
            (1...12).contains { daysSinceEpoch(year, $0, 1) == days }
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
}

/// A place in the text of a time that moves forward over what was recognised.
private struct TimeDigits {
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
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        let six = Array(digits.prefix(6)) + [UInt8](repeating: 0x30, count: max(0, 6 - digits.count))
        return six.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    /// Seconds east of UTC.
    mutating func offset() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let isWest = rest.first == 0x2D
        guard skip("+") || skip("-"), let hour = number(2), skip(":"), let minute = number(2), hour < 24, minute < 60
        else { return nil }
        return (hour * 3600 + minute * 60) * (isWest ? -1 : 1)
    }
}
