import Rewards

/// One row of `period_totals`: a card, a program and a stretch of the calendar.
struct PeriodKey: Sendable, Hashable, Comparable {
    let cardID: ExactText
    let programID: String
    /// `2026`, `2026-11` or `2026-11-21`: UTC, of the purchase and never of a clock.
    let period: String

    init(cardID: String, programID: String, period: Period, occurredAtMicros: Int64) {
        self.cardID = ExactText(cardID)
        self.programID = programID
        self.period = Self.name(of: period, containingUnixMicros: occurredAtMicros)
    }

    init(cardID: String, programID: String, periodName: String) {
        self.cardID = ExactText(cardID)
        self.programID = programID
        self.period = periodName
    }

    static func < (left: Self, right: Self) -> Bool {
        (left.cardID, left.programID, left.period) < (right.cardID, right.programID, right.period)
    }

    /// The name of the period that holds an instant, built from the first days of the periods around it.
    static func name(of period: Period, containingUnixMicros micros: Int64) -> String {
        let yearStart = Period.calendarYear.startDay(containingUnixMicros: micros)
        let year = padded(Self.year(ofJanuaryFirst: yearStart), 4)
        if period == .calendarYear { return year }
        let monthStart = Period.calendarMonth.startDay(containingUnixMicros: micros)
        // Months begin on days 0, 31, 59 or 60 ...: a thirtieth of the day, rounded, counts them up to December's 335.
        let month = padded((Int(monthStart - yearStart) + 15) / 30 + 1, 2)
        if period == .calendarMonth { return "\(year)-\(month)" }
        let day = Period.calendarDay.startDay(containingUnixMicros: micros)
        return "\(year)-\(month)-\(padded(Int(day - monthStart) + 1, 2))"
    }

    /// The mean year has 365.2425 days, and 1 January never strays a day and a half from its multiples.
    private static func year(ofJanuaryFirst day: Int32) -> Int {
        let scaled = (Int(day) + 719_528) * 10_000 + 15_000
        return scaled / 3_652_425
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
