/// What a time that comes in may be: the one rule for every door, whatever it is called there.
///
/// A purchase, a refund and an authorisation happened between the earliest purchase and a little after now; a webhook's
/// stamp lies in the same span; a question, an expiry or a filter may name any year that can be written (0001 to 9999).
///
/// **Guarantees** Pure: the clock comes in. Times are microseconds since 1970-01-01T00:00:00Z.
public struct TimeRule: Sendable, Hashable {
    /// 0001-01-01T00:00:00Z to the last microsecond of the year 9999: the range of `google.protobuf.Timestamp`.
    public static let representable: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
    /// 2000-01-01T00:00:00Z: nothing that earns rewards here happened before.
    public static let earliestPurchase: Int64 = 946_684_800_000_000
    /// How far after our clock a purchase may lie unless a setting says otherwise: a day, for clocks and time zones.
    public static let futureSkewStandard = Duration.seconds(86_400)

    /// How far after our clock a purchase may lie.
    public let futureSkewMax: Duration

    /// Makes the rule.
    public init(futureSkewMax: Duration = TimeRule.futureSkewStandard) {
        self.futureSkewMax = futureSkewMax
    }

    /// What is wrong with the time of something that has happened, in words that follow the field's name; nil when
    /// nothing is.
    ///
    /// - Parameters:
    ///   - micros: The time.
    ///   - now: Our clock.
    public func problem(ofPast micros: Int64, now: Int64) -> String? {
        if let problem = Self.problem(ofAny: micros) { return problem }
        guard micros >= Self.earliestPurchase else {
            return "lies before the year 2000" + Self.hint(micros)
        }
        guard Duration.microseconds(micros) - .microseconds(now) <= futureSkewMax else {
            return "lies in the future" + Self.hint(micros)
        }
        return nil
    }

    /// What is wrong with a time that may be in any year, in words that follow the field's name; nil when nothing is.
    public static func problem(ofAny micros: Int64) -> String? {
        guard !representable.contains(micros) else { return nil }
        return problem(ofSeconds: micros / 1_000_000)
    }

    /// The same for seconds that may be too large for microseconds.
    public static func problem(ofSeconds seconds: Int64) -> String {
        "must lie in the years 0001 to 9999" + hint(ofSeconds: seconds)
    }

    /// What a number taken for seconds since 1970 looks like when it is none: milliseconds, microseconds or nanoseconds
    /// of a time between 2000 and 2100; nil when it looks like none of them.
    public static func unit(ofSeconds seconds: Int64) -> String? {
        let units: [(String, Int64)] = [
            ("milliseconds", 1_000), ("microseconds", 1_000_000), ("nanoseconds", 1_000_000_000),
        ]
        for (unit, scale) in units where plausibleSeconds.contains(seconds / scale) { return unit }
        return nil
    }

    /// Whether a number reads as seconds since 1970 of a time between 2000 and 2100.
    public static func isUnixSeconds(_ number: Int64) -> Bool { plausibleSeconds.contains(number) }

    /// 2000-01-01 to 2100-01-01.
    private static let plausibleSeconds: ClosedRange<Int64> = 946_684_800...4_102_444_800

    private static func hint(_ micros: Int64) -> String { hint(ofSeconds: micros / 1_000_000) }

    private static func hint(ofSeconds seconds: Int64) -> String {
        if let unit = unit(ofSeconds: seconds) {
            return ": \(seconds) looks like \(unit), and seconds since 1970 are expected"
        }
        // Seconds written where milliseconds are expected end up in January 1970.
        if (plausibleSeconds.lowerBound / 1000...plausibleSeconds.upperBound / 1000).contains(seconds) {
            return ": \(seconds) looks like seconds divided by a thousand, and seconds since 1970 are expected"
        }
        return ""
    }
}
