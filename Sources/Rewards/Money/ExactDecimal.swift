/// A decimal number held exactly: a 64-bit significand and a power of ten below it.
///
/// **Guarantees** Values are normalised (no trailing zeros), so equal numbers are equal values whatever their text was.
/// No binary floating point is involved at any step.
public struct ExactDecimal: Sendable, Hashable {
    /// The most digits after the point that are kept.
    public static let scaleMax = 18
    /// Zero.
    public static let zero = ExactDecimal(significand: 0, scale: 0)

    /// All digits, with the sign: 125 for `-1.25` is -125.
    public let significand: Int64
    /// How many of the digits are after the point: 0...18.
    public let scale: Int

    /// Makes `significand × 10^-scale`, normalised; a scale outside 0...18 is brought into it by exact steps or
    /// clamped.
    public init(significand: Int64, scale: Int) {
        var significand = significand
        var scale = min(max(scale, 0), Self.scaleMax)
        while scale > 0, significand % 10 == 0 {
            significand /= 10
            scale -= 1
        }
        self.significand = significand
        self.scale = scale
    }

    /// True below zero.
    public var isNegative: Bool { significand < 0 }

    /// The digits this number has when written with `scale` digits after the point, or nil when that is not exact or
    /// does not fit.
    public func significand(scale wanted: Int) -> Int64? {
        guard wanted >= scale, wanted <= Self.scaleMax else { return nil }
        let (product, overflow) = significand.multipliedReportingOverflow(by: Self.powersOfTen[wanted - scale])
        return overflow ? nil : product
    }

    /// The whole number not above `self × factor × 10^shift`.
    ///
    /// **Errors** ``ArithmeticOverflow`` when the result does not fit 64 bits.
    public func multipliedFloor(by factor: Int64, shift: Int = 0) throws(ArithmeticOverflow) -> Int64 {
        guard (-Self.scaleMax...Self.scaleMax).contains(shift) else { throw ArithmeticOverflow() }
        var product = Int128(significand) * Int128(factor)
        let places = shift - scale
        if places >= 0 {
            let (scaled, overflow) = product.multipliedReportingOverflow(by: Self.powerOfTen(places))
            guard !overflow else { throw ArithmeticOverflow() }
            product = scaled
        } else {
            let (quotient, remainder) = product.quotientAndRemainder(dividingBy: Self.powerOfTen(-places))
            product = remainder < 0 ? quotient - 1 : quotient
        }
        guard let result = Int64(exactly: product) else { throw ArithmeticOverflow() }
        return result
    }

    static let powersOfTen: [Int64] = (0...scaleMax).map { exponent in
        (0..<exponent).reduce(Int64(1)) { power, _ in power * 10 }
    }

    /// 10 to the power of `exponent`, which is at most 36 here and so fits 128 bits.
    static func powerOfTen(_ exponent: Int) -> Int128 {
        let low = min(exponent, scaleMax)
        return Int128(powersOfTen[low]) * Int128(powersOfTen[min(exponent - low, scaleMax)])
    }
}

extension ExactDecimal: Comparable {
    /// Orders numbers by value.
    public static func < (lhs: ExactDecimal, rhs: ExactDecimal) -> Bool {
        Int128(lhs.significand) * Int128(powersOfTen[scaleMax - lhs.scale])
            < Int128(rhs.significand) * Int128(powersOfTen[scaleMax - rhs.scale])
    }
}
