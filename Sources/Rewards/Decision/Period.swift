/// A stretch of the calendar over which a plugin wants to know what a card's program has had so far.
///
/// Days, months and years are UTC, taken from the instant of the purchase and never from a clock, so a replay finds the
/// same.
public enum Period: String, Sendable, Hashable, CaseIterable {
    /// From midnight to midnight UTC.
    case calendarDay = "CALENDAR_DAY"
    /// From the first of a month.
    case calendarMonth = "CALENDAR_MONTH"
    /// From the first of January.
    case calendarYear = "CALENDAR_YEAR"

    /// The first day of the period that holds an instant, in days since 1970-01-01.
    ///
    /// - Parameter micros: microseconds since 1970-01-01T00:00:00Z.
    public func startDay(containingUnixMicros micros: Int64) -> Int32 {
        let (quotient, remainder) = micros.quotientAndRemainder(dividingBy: 86_400_000_000)
        let day = Int32(remainder < 0 ? quotient - 1 : quotient)
        if self == .calendarDay { return day }
        // Whole 400-year eras of 146,097 days, counted from 1600-03-01 so that a leap day ends its year.
        let marchDay = Int(day) + 135_080
        let era = (marchDay >= 0 ? marchDay : marchDay - 146_096) / 146_097
        let dayOfEra = marchDay - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5
        if self == .calendarMonth { return day - Int32(dayOfMonth) }
        // January and February close a March-based year; 1 January is its day 306.
        if monthFromMarch >= 10 { return day - Int32(dayOfYear - 306) }
        let year = 1600 + era * 400 + yearOfEra
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return day - Int32(dayOfYear + (isLeap ? 60 : 59))
    }
}
