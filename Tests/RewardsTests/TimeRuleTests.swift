import Rewards
import Testing

@Suite("Times that come in")
struct TimeRuleTests {
    /// 2026-03-02T10:00:00Z.
    static let now: Int64 = 1_772_445_600_000_000
    static let day: Int64 = 86_400_000_000

    @Test(
        "what has happened lies between the year 2000 and a day from now, both included",
        arguments: [
            (TimeRule.earliestPurchase, true), (TimeRule.earliestPurchase - 1, false), (now + day, true),
            (now + day + 1, false), (now, true), (0, false), (32_472_144_000_000_000, false),
            (TimeRule.representable.lowerBound, false), (TimeRule.representable.upperBound, false), (.max, false),
            (.min, false),
        ] as [(Int64, Bool)])
    func past(_ micros: Int64, _ isPlausible: Bool) {
        #expect((TimeRule().problem(ofPast: micros, now: Self.now) == nil) == isPlausible)
    }

    @Test("how far ahead a purchase may be is a setting, down to its last microsecond")
    func skew() {
        let rule = TimeRule(futureSkewMax: .microseconds(1_500_001))
        #expect(rule.problem(ofPast: Self.now + 1_500_001, now: Self.now) == nil)
        #expect(rule.problem(ofPast: Self.now + 1_500_002, now: Self.now) != nil)
    }

    @Test(
        "a question may name any year that can be written, and no other",
        arguments: [
            (-62_135_596_800_000_000, true), (-62_135_596_800_000_001, false), (253_402_300_799_999_999, true),
            (253_402_300_800_000_000, false),
        ] as [(Int64, Bool)])
    func any(_ micros: Int64, _ isPlausible: Bool) {
        #expect((TimeRule.problem(ofAny: micros) == nil) == isPlausible)
    }

    @Test("a number in another unit is refused with what it looks like")
    func hints() throws {
        let milliseconds = try #require(TimeRule().problem(ofPast: 1_764_500_000_000 * 1_000_000, now: Self.now))
        #expect(milliseconds.contains("1764500000000 looks like milliseconds"))
        #expect(TimeRule.problem(ofSeconds: 1_764_500_000_000_000).contains("looks like microseconds"))
        #expect(TimeRule.problem(ofSeconds: 1_764_500_000_000_000_000).contains("looks like nanoseconds"))
        let divided = try #require(TimeRule().problem(ofPast: 1_764_500_000_000, now: Self.now))
        #expect(divided.contains("divided by a thousand"))
        #expect(TimeRule.problem(ofSeconds: .max) == "must lie in the years 0001 to 9999")
        #expect(TimeRule.problem(ofSeconds: .min) == "must lie in the years 0001 to 9999")
    }

    @Test(
        "RFC 3339 is read as it is written",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-03-02t10:00:00.1234567z", 1_772_445_600_123_456),
            ("2026-03-03T00:00:00+14:00", now), ("2026-03-01T22:00:00-12:00", now),
            ("2026-03-02T10:00:00-00:00", now), ("2026-03-02T10:00:00.000000000000000001Z", now),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000), ("2017-01-01T08:59:60+09:00", 1_483_228_800_000_000),
            ("0001-01-01T00:00:00Z", TimeRule.representable.lowerBound),
            ("9999-12-31T23:59:59.999999Z", TimeRule.representable.upperBound),
            ("2016-12-31T23:58:60Z", nil), ("2016-12-30T23:59:60Z", nil), ("2016-12-31T23:59:61Z", nil),
            ("0000-12-31T00:00:00Z", nil), ("9999-12-31T23:59:59-01:00", nil), ("0001-01-01T00:00:00+01:00", nil),
            ("2026-03-02 10:00:00Z", nil), ("2026-03-02T10:00:00", nil), ("2026-03-02", nil), ("", nil),
        ] as [(String, Int64?)])
    func texts(_ text: String, _ micros: Int64?) {
        #expect(InternetTime.microseconds(text) == micros)
    }

    @Test("a space for the T, and a date alone, are read where they are allowed")
    func forms() {
        #expect(InternetTime.microseconds("2026-03-02 10:00:00Z", allowsSpace: true) == Self.now)
        #expect(InternetTime.microseconds("2026-03-02", allowsDate: true) == Self.now - 36_000_000_000)
        #expect(InternetTime.days("1970-01-02") == 1 && InternetTime.days("1969-12-31") == -1)
        #expect(InternetTime.days("2026-02-29") == nil && InternetTime.days("2026-03-02T10:00:00Z") == nil)
    }
}
