import Rewards
import Testing

@Suite("Money, points and exact decimals")
struct MoneyTests {
    @Test(
        "currencies have the minor digits of ISO 4217",
        arguments: [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("XCG", 2), ("ISK", 0), ("TND", 3), ("UYW", 4)])
    func exponents(code: String, digits: Int) throws {
        let currency = try CurrencyCode(code)
        #expect(currency.minorDigits == digits)
        #expect(currency.text == code)
        #expect(String(currency.minorPerMajor) == "1" + String(repeating: "0", count: digits))
    }

    @Test(
        "what is no active currency is refused",
        arguments: ["", "EU", "EURO", "eur", "EÜR", "XAU", "XXX", "ZZZ", "HRK", "E1R", "€"])
    func unknownCurrency(code: String) {
        #expect(throws: UnknownCurrency.self) { try CurrencyCode(code) }
    }

    @Test("the table lists every currency once, in order")
    func table() {
        let codes = CurrencyCode.all.map(\.text)
        #expect(codes.count > 160)
        #expect(codes == Set(codes).sorted())
    }

    @Test(
        "decimals read exactly and print shortest",
        arguments: [
            ("0", "0"), ("-0.0", "0"), ("1.50", "1.5"), ("0.000000000000000001", "0.000000000000000001"),
            ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
            ("007.100000000000000000000000", "7.1"), ("-12.034", "-12.034"),
        ])
    func decimals(text: String, printed: String) throws {
        #expect(try ExactDecimal(text).description == printed)
    }

    @Test(
        "what is no plain decimal is refused",
        arguments: [
            "", "-", ".5", "5.", "1e3", "+1", "1 ", "1,5", "1.2.3", "0x1", "9223372036854775808",
            "0.0000000000000000001", "١",
        ])
    func notDecimals(text: String) {
        #expect(throws: ExactDecimalError.self) { try ExactDecimal(text) }
    }

    @Test("decimals order by value across scales")
    func ordering() throws {
        let texts = [
            "-9223372036854775808", "-1.5", "-1.49", "0", "0.000000000000000001", "1.4999", "1.5",
            "9223372036854775807",
        ]
        let sorted = try texts.map { try ExactDecimal($0) }
        #expect(sorted == sorted.shuffled().sorted())
    }

    @Test("products are rounded down, also below zero, and refused beyond 64 bits")
    func products() throws {
        #expect(try ExactDecimal("1.5").multipliedFloor(by: 3) == 4)
        #expect(try ExactDecimal("-1.5").multipliedFloor(by: 3) == -5)
        #expect(try ExactDecimal("0.000001").multipliedFloor(by: 1_999_999) == 1)
        #expect(try ExactDecimal("1.5").multipliedFloor(by: 3, shift: 2) == 450)
        #expect(throws: ArithmeticOverflow.self) { try ExactDecimal("2").multipliedFloor(by: Int64.max) }
        #expect(throws: ArithmeticOverflow.self) {
            try ExactDecimal("9223372036854775807").multipliedFloor(by: Int64.max, shift: 18)
        }
    }

    @Test(
        "a rate gives what 128-bit arithmetic gives, and its inverse is the largest amount that fits",
        arguments: 0..<200)
    func ratios(round: Int) throws {
        var random = Seeded(UInt64(round))
        let rate = ExactDecimal(significand: random.int64(0...5000), scale: random.int(0...6))
        let digits = [0, 2, 3, 4][random.int(0...3)]
        let ratio = try ExactRatio.microPerMinor(pointsPerMajor: rate, minorDigits: digits)
        let amount = random.chance(50) ? random.int64(0...100_000) : random.int64(0...1_000_000_000)
        let micro = try ratio.floor(of: amount)
        #expect(try rate.multipliedFloor(by: amount, shift: 6 - digits) == micro, "seed \(round): \(rate) × \(amount)")
        let most = ratio.largestAmount(earningAtMost: micro)
        #expect(most >= amount)
        if most < Int64.max {
            #expect(try ratio.floor(of: most) <= micro)
            #expect(try ratio.floor(of: most + 1) > micro)
        }
    }

    @Test("money adds exactly or not at all")
    func money() throws {
        let euro = try CurrencyCode("EUR")
        let most = Money(currency: euro, minorUnits: Int64.max)
        #expect(try Money(currency: euro, majorUnits: try ExactDecimal("12.3")).minorUnits == 1230)
        #expect(Money(currency: euro, minorUnits: -5).description == "-0.05 EUR")
        #expect(Money(currency: try CurrencyCode("JPY"), minorUnits: 500).description == "500 JPY")
        #expect(throws: MoneyError.overflow) { try most.adding(Money(currency: euro, minorUnits: 1)) }
        #expect(throws: MoneyError.tooManyDecimals) { try Money(currency: euro, majorUnits: try ExactDecimal("0.001")) }
        #expect(throws: MoneyError.currencyMismatch) {
            try most.subtracting(Money(currency: try CurrencyCode("USD"), minorUnits: 1))
        }
        #expect(MicroPoints(12_500_000).description == "12.5")
        #expect(throws: ArithmeticOverflow.self) { try MicroPoints(Int64.max).adding(MicroPoints(1)) }
    }

    @Test(
        "a period begins on its first day in UTC",
        arguments: [
            (Period.calendarDay, -1, -1), (.calendarDay, 0, 0), (.calendarDay, 86_399_999_999, 0),
            // 2024-02-29, 2024-03-01, 2023-12-31, 1969-12-31, 2000-01-01
            (.calendarMonth, 1_709_164_800_000_000, 19_754), (.calendarMonth, 1_709_251_200_000_000, 19_783),
            (.calendarMonth, 1_704_067_199_999_999, 19_692), (.calendarMonth, -1, -31),
            (.calendarYear, 1_709_164_800_000_000, 19_723), (.calendarYear, 1_704_067_199_999_999, 19_358),
            (.calendarYear, -1, -365), (.calendarYear, 946_684_800_000_000, 10_957),
            (.calendarYear, 978_307_199_999_999, 10_957), (.calendarYear, 951_782_400_000_000, 10_957),
        ] as [(Period, Int64, Int32)])
    func periods(period: Period, micros: Int64, day: Int32) {
        #expect(period.startDay(containingUnixMicros: micros) == day)
    }

    @Test("months and years of four centuries begin where counting days says")
    func calendar() {
        var day: Int32 = 0
        for year in 1970...2370 {
            let isLeap = year % 4 == 0 && year % 100 != 0 || year % 400 == 0
            let yearStart = day
            for length in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as [Int32] {
                for probe in [day, day + length / 2, day + length - 1] {
                    let micros = Int64(probe) * 86_400_000_000 + 1
                    guard Period.calendarMonth.startDay(containingUnixMicros: micros) == day,
                        Period.calendarYear.startDay(containingUnixMicros: micros) == yearStart
                    else {
                        Issue.record("day \(probe) of year \(year)")
                        return
                    }
                }
                day += length
            }
        }
    }
}
