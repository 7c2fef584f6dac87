package import Foundation

/// Exact conversions between decimals, their text and integers; no binary floating point anywhere.
package enum DecimalText {
    /// Reads a number written as JSON writes one (RFC 8259 section 6); nil for anything else, so `1x` is not `1`.
    static func parse(_ text: String) -> Decimal? {
        var bytes = text.utf8[...]
        func digits() -> Int {
            let count = bytes.prefix { (48...57).contains($0) }.count
            bytes = bytes.dropFirst(count)
            return count
        }
        if bytes.first == UInt8(ascii: "-") { bytes = bytes.dropFirst() }
        guard digits() > 0 else { return nil }
        if bytes.first == UInt8(ascii: ".") {
            bytes = bytes.dropFirst()
            guard digits() > 0 else { return nil }
        }
        if let mark = bytes.first, mark | 0x20 == UInt8(ascii: "e") {
            bytes = bytes.dropFirst()
            if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
                bytes = bytes.dropFirst()
            }
            guard digits() > 0 else { return nil }
        }
        guard bytes.isEmpty, let value = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")), !value.isNaN
        else { return nil }
        return value
    }

    /// The whole number nearest in the given direction; nil when it does not fit `Int64`.
    package static func whole(_ value: Decimal, _ mode: Decimal.RoundingMode) -> Int64? {
        var value = value
        var rounded = Decimal()
        NSDecimalRound(&rounded, &value, 0, mode)
        return Int64(rounded.description)
    }

    /// The value in units of 10^-`digits`; nil when it has more decimals or does not fit `Int64`.
    static func scaled(_ value: Decimal, by digits: Int) -> Int64? {
        Int64((value * Decimal(sign: .plus, exponent: digits, significand: 1)).description)
    }
}
