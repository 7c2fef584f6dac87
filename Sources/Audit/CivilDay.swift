/// A day of the calendar in UTC, worked out here from nothing but the length of months and years.
struct CivilDay: Hashable {
    /// Days since 1970-01-01.
    let number: Int64

    init(containingUnixMicros micros: Int64) {
        let (quotient, remainder) = micros.quotientAndRemainder(dividingBy: 86_400_000_000)
        number = remainder < 0 ? quotient - 1 : quotient
    }

    init(number: Int64) {
        self.number = number
    }

    private var parts: (year: Int64, month: Int64, day: Int64) {
        // A whole era is 400 years of 146,097 days; inside one the year is found by counting up.
        let fromYearZero = number + 719_528
        let eras = fromYearZero >= 0 ? fromYearZero / 146_097 : (fromYearZero - 146_096) / 146_097
        var rest = fromYearZero - eras * 146_097
        var year = rest / 366
        rest -= Self.daysBefore(year)
        while rest >= Self.daysIn(year) {
            rest -= Self.daysIn(year)
            year += 1
        }
        var month: Int64 = 1
        while rest >= Self.daysIn(month, of: year) {
            rest -= Self.daysIn(month, of: year)
            month += 1
        }
        return (eras * 400 + year, month, rest + 1)
    }

    private static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }
    private static func daysIn(_ year: Int64) -> Int64 { isLeap(year) ? 366 : 365 }
    /// Days of an era before a year of it, which begins with the leap year 0.
    private static func daysBefore(_ year: Int64) -> Int64 {
        year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400
    }
    private static func daysIn(_ month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The day as `2026-11-21`.
    var name: String {
        let parts = parts
        return "\(Self.padded(parts.year, 4))-\(Self.padded(parts.month, 2))-\(Self.padded(parts.day, 2))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
