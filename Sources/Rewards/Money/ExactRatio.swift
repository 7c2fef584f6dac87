/// A non-negative rate as a fraction of two whole numbers, made once and then applied to many amounts.
///
/// **Guarantees** ``floor(of:)`` is exact and monotone: a larger amount never gives less.
/// **Cost** One multiplication and one division while the product fits 64 bits; 128-bit arithmetic beyond.
public struct ExactRatio: Sendable, Hashable {
    /// The part above the line, reduced.
    public let numerator: Int64
    /// The part below the line, reduced and above zero.
    public let denominator: Int64

    /// Makes `rate × 10^shift` as a reduced fraction.
    ///
    /// **Errors** ``ArithmeticOverflow`` when the rate is negative or the fraction does not fit 64 bits.
    public init(_ rate: ExactDecimal, shift: Int = 0) throws(ArithmeticOverflow) {
        let places = shift - rate.scale
        guard !rate.isNegative, (-2 * ExactDecimal.scaleMax...ExactDecimal.scaleMax).contains(places) else {
            throw ArithmeticOverflow()
        }
        let above = Int128(rate.significand) * (places > 0 ? ExactDecimal.powerOfTen(places) : 1)
        let below = places < 0 ? ExactDecimal.powerOfTen(-places) : 1
        var (a, b) = (below, above)
        while b != 0 { (a, b) = (b, a % b) }
        guard let numerator = Int64(exactly: above / a), let denominator = Int64(exactly: below / a) else {
            throw ArithmeticOverflow()
        }
        self.numerator = numerator
        self.denominator = denominator
    }

    /// Millionths of a point for each minor unit, from points for each major unit.
    public static func microPerMinor(
        pointsPerMajor rate: ExactDecimal, minorDigits: Int
    ) throws(ArithmeticOverflow) -> ExactRatio {
        try ExactRatio(rate, shift: 6 - minorDigits)
    }

    /// The whole number not above `amount × self`.
    ///
    /// **Errors** ``ArithmeticOverflow`` when the amount is negative or the result does not fit 64 bits.
    public func floor(of amount: Int64) throws(ArithmeticOverflow) -> Int64 {
        guard amount >= 0 else { throw ArithmeticOverflow() }
        let (product, overflow) = amount.multipliedReportingOverflow(by: numerator)
        guard overflow else { return denominator == 1 ? product : product / denominator }
        guard let result = Int64(exactly: Int128(amount) * Int128(numerator) / Int128(denominator)) else {
            throw ArithmeticOverflow()
        }
        return result
    }

    /// The largest amount whose ``floor(of:)`` is not above `result`, or `Int64.max` when no amount exceeds it.
    public func largestAmount(earningAtMost result: Int64) -> Int64 {
        guard result >= 0, numerator > 0 else { return result < 0 ? -1 : Int64.max }
        // floor(a·n/d) <= r  ⟺  a·n < (r + 1)·d
        let bound = ((Int128(result) + 1) * Int128(denominator) - 1) / Int128(numerator)
        return Int64(exactly: bound) ?? Int64.max
    }
}
