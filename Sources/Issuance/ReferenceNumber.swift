import Cryptography

/// Makes the reference numbers of issues.
public enum ReferenceNumber {
    /// A reference number nobody used before: `mb-` and 128 random bits in base 32.
    ///
    /// **Guarantees** 29 characters of `a-z 2-7 -`, within what Cosmo's contract allows (section 5.2).
    public static let random: @Sendable () -> String = { text(of: randomBytes(count: 16)) }

    static func text(of bytes: [UInt8]) -> String {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        var text = Array("mb-".utf8)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(alphabet[Int(bits >> UInt32(count)) & 31])
            }
            bits &= 31
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(5 - count)) & 31]) }
        return String(decoding: text, as: UTF8.self)
    }
}
