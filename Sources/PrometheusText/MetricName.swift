/// Names as the text format allows them.
enum MetricName {
    /// A metric's name: letters, digits, underscores and colons, not beginning with a digit.
    static func metric(_ name: String) -> String {
        clean(name) { $0 == UInt8(ascii: ":") }
    }

    /// A label's name: letters, digits and underscores, not beginning with a digit.
    static func label(_ name: String) -> String {
        clean(name) { _ in false }
    }

    private static func clean(_ name: String, _ isExtra: (UInt8) -> Bool) -> String {
        let bytes = name.utf8.map { isLetter($0) || isDigit($0) || isExtra($0) ? $0 : UInt8(ascii: "_") }
        guard let first = bytes.first else { return "_" }
        let prefix = isDigit(first) ? "_" : ""
        return prefix + String(decoding: bytes, as: UTF8.self)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
