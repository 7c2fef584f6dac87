public import AllocationPlugin
import Rewards

/// Draws the requests that the conformance suite asks a plugin.
///
/// Amounts are drawn by their length, so that one cent and a million are as likely; merchant codes mix the awkward ones
/// (absent, malformed, cash, gambling) with arbitrary ones; instants include the last microsecond of a month.
public struct RequestGenerator: Sendable {
    /// The largest share that a conforming plugin must answer: ten million euros.
    public static let ordinaryShareMax: Int64 = 1_000_000_000

    private var random: SeededGenerator

    private static let currencies = ["EUR", "USD", "JPY", "KWD", "CLF", "HUF"].compactMap { try? CurrencyCode($0) }
    private static let codes = [
        "", "0000", "9999", "541", "54111", "abcd", "5411", "5812", "6010", "6011", "6051", "7995", "7800", "4829",
        "3000",
        "3999", "5541",
    ]
    private static let instants: [Int64] = [
        0, -1, 951_782_400_000_000, 1_704_067_199_999_999, 1_709_164_800_000_000, 1_709_251_199_999_999,
        1_798_761_600_000_000,
    ]

    /// Starts from a seed.
    public init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// The next request.
    ///
    /// - Parameter accumulates: whether the plugin asks for totals; without it they are zero.
    public mutating func next(accumulates: Bool) -> AllocationRequest {
        let share = random.magnitude(upTo: Self.ordinaryShareMax)
        let number = Int.random(in: 0...9999, using: &random)
        let padded = String(String(number + 10_000).dropFirst())
        let accepted = random.magnitude(upTo: 1_000_000_000)
        return AllocationRequest(
            shareMinor: share,
            of: Purchase(
                amount: Money(
                    currency: Self.currencies[Int.random(in: 0..<Self.currencies.count, using: &random)],
                    minorUnits: share + random.magnitude(upTo: Self.ordinaryShareMax)),
                merchantCategoryCode: Bool.random(using: &random) ? padded : pick(Self.codes),
                merchantName: pick(["", "Corner Shop", "ŁÓDŹ 🚲", String(repeating: "x", count: 300)]),
                merchantCountry: pick(["", "DE", "US", "?"]),
                occurredAtMicros: Bool.random(using: &random)
                    ? Self.instants[Int.random(in: 0..<Self.instants.count, using: &random)]
                    : random.magnitude(upTo: 4_000_000_000_000_000),
                cardAttributes: Bool.random(using: &random) ? [:] : ["tier": pick(["", "gold", "basic"])]),
            periodTotals: accumulates && Bool.random(using: &random)
                ? PeriodTotals(acceptedMinor: accepted, earnedMicro: random.magnitude(upTo: 1_000_000_000_000)) : .zero)
    }

    /// A whole number from 0 to `bound`.
    mutating func amount(upTo bound: Int64) -> Int64 { random.magnitude(upTo: bound) }

    private mutating func pick(_ texts: [String]) -> String { texts[Int.random(in: 0..<texts.count, using: &random)] }
}
