/// Bytes as hexadecimal text (RFC 4648 section 8): lower case out, either case in, nothing else accepted.
package enum Hexadecimal {
    /// Returns two lower-case digits for each byte.
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        let digits: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            var position = 0
            for byte in bytes {
                text[position] = digits.utf8Start[Int(byte >> 4)]
                text[position + 1] = digits.utf8Start[Int(byte & 15)]
                position += 2
            }
            return position
        }
    }

    /// Returns the bytes that the text encodes.
    ///
    /// **Errors** `nil` for an odd length or any character that is not a hexadecimal digit; white space is not skipped.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        decode(text.utf8, accepting: value(ofDigit:))
    }

    /// Returns the bytes that the text encodes, refusing capital digits.
    ///
    /// For signatures whose contract says lower case: a text in the wrong case was not written by the peer that signs.
    ///
    /// **Errors** `nil` for an odd length or any character that is not one of `0-9a-f`.
    package static func decodeLowercase(_ text: some StringProtocol) -> [UInt8]? {
        decode(text.utf8) { digit in
            digit >= UInt8(ascii: "A") && digit <= UInt8(ascii: "F") ? nil : value(ofDigit: digit)
        }
    }

    private static func decode(_ text: some Collection<UInt8>, accepting value: (UInt8) -> UInt8?) -> [UInt8]? {
        let count = text.count
        guard count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count / 2)
        var high: UInt8?
        for digit in text {
            guard let half = value(digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | half)
                high = nil
            } else {
                high = half
            }
        }
        return bytes
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
