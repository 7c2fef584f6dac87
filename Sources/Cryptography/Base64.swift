/// Bytes as base64 text with the standard alphabet (RFC 4648 section 4).
package enum Base64 {
    /// Returns the text of the bytes, filled up with `=` unless `padding` is false.
    package static func encode(_ bytes: some Collection<UInt8>, padding: Bool = true) -> String {
        let alphabet: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text.append(alphabet.utf8Start[Int(bits >> UInt32(bitCount) & 63)])
            }
        }
        if bitCount > 0 {
            text.append(alphabet.utf8Start[Int(bits << UInt32(6 - bitCount) & 63)])
        }
        while padding && !text.count.isMultiple(of: 4) {
            text.append(UInt8(ascii: "="))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns the bytes that the text encodes; the filling `=` may be left out, as gRPC's metadata does.
    ///
    /// **Errors** `nil` for a character outside the alphabet, a wrong amount of filling, a length that no bytes have,
    /// or left-over bits that are not zero (so that one byte string has one text).
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        decode(utf8: text.utf8)
    }

    /// Returns the bytes that the text, given as ASCII bytes, encodes.
    ///
    /// **Errors** As for the text.
    package static func decode(utf8 text: some Collection<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var digitCount = 0
        var fillCount = 0
        for character in text {
            if character == UInt8(ascii: "=") {
                fillCount += 1
                continue
            }
            guard fillCount == 0, let digit = value(ofDigit: character) else { return nil }
            bits = bits << 6 | UInt32(digit)
            digitCount += 1
            if digitCount.isMultiple(of: 4) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
                bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
                bytes.append(UInt8(truncatingIfNeeded: bits))
                bits = 0
            }
        }
        let remainder = digitCount % 4
        guard fillCount == 0 || (fillCount <= 2 && (remainder + fillCount) == 4) else { return nil }
        switch remainder {
        case 0:
            return bytes
        case 2 where bits & 15 == 0:
            bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
            return bytes
        case 3 where bits & 3 == 0:
            bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
            return bytes
        default:
            return nil
        }
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
