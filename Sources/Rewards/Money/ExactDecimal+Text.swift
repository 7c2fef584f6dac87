extension ExactDecimal {
    /// Reads a plain decimal: an optional minus, digits, and optionally a point with digits.
    ///
    /// **Errors** ``ExactDecimalError``: exponents, spaces, signs of plus, bare points and thousands marks are refused.
    public init(_ text: some StringProtocol) throws(ExactDecimalError) {
        var bytes = text.utf8[...]
        let negative = bytes.first == UInt8(ascii: "-")
        if negative { bytes = bytes.dropFirst() }
        var significand: Int64 = 0
        var digits = 0
        var scale = 0
        var pendingZeros = 0
        var afterPoint = false
        for byte in bytes {
            if byte == UInt8(ascii: "."), !afterPoint, digits > 0 {
                afterPoint = true
                digits = 0
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { throw .malformed }
            digits += 1
            guard afterPoint else {
                significand = try Self.appending(byte, to: significand, negative: negative)
                continue
            }
            // Zeros at the end of a fraction change nothing, so they may exceed the digits that are kept.
            if byte == UInt8(ascii: "0") {
                pendingZeros += 1
                continue
            }
            guard scale + pendingZeros + 1 <= Self.scaleMax else { throw .tooManyDigits }
            for _ in 0..<pendingZeros {
                significand = try Self.appending(UInt8(ascii: "0"), to: significand, negative: negative)
            }
            significand = try Self.appending(byte, to: significand, negative: negative)
            scale += pendingZeros + 1
            pendingZeros = 0
        }
        guard digits > 0 else { throw .malformed }
        self.init(significand: significand, scale: scale)
    }

    private static func appending(
        _ digit: UInt8, to significand: Int64, negative: Bool
    ) throws(ExactDecimalError) -> Int64 {
        let value = Int64(digit - UInt8(ascii: "0"))
        let (tenfold, tooBig) = significand.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = tenfold.addingReportingOverflow(negative ? -value : value)
        guard !tooBig, !overflow else { throw .tooManyDigits }
        return sum
    }

    /// Writes `value × 10^-digits` with exactly `digits` digits after the point: `(1230, 2)` is `12.30`.
    public static func fixedPoint(_ value: Int64, digits: Int) -> String {
        let sign = value < 0 ? "-" : ""
        let magnitude = String(value.magnitude)
        guard digits > 0 else { return sign + magnitude }
        let padded = String(repeating: "0", count: max(0, digits + 1 - magnitude.utf8.count)) + magnitude
        return sign + padded.dropLast(digits) + "." + padded.suffix(digits)
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// The shortest plain decimal: `-1.25`, `3`, never an exponent.
    public var description: String { Self.fixedPoint(significand, digits: scale) }
}
