import Cryptography
package import Rewards

/// Makes the reference numbers of issuances, and checks which position one belongs to.
///
/// A reference number is `mb-` and 24 bytes in base 32: 16 random ones, and 8 of a digest over those and the position.
/// So a transaction that only Cosmo knows, after a failover or a restore, proves which card it was issued for: Cosmo's
/// listing has neither card nor account (contract section 5.4). The random bytes keep anyone without the card's id from
/// linking two reference numbers.
package enum ReferenceNumber {
    private static let randomByteCount = 16
    private static let tagByteCount = 8
    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private static let prefix = "mb-"

    /// A fresh reference number for an issuance of a position.
    ///
    /// **Guarantees** 42 characters of `a-z 2-7 -`, within what Cosmo's contract allows (section 5.2).
    package static let random: @Sendable (PositionKey) -> String = { key in
        make(for: key, salt: randomBytes(count: randomByteCount))
    }

    /// A reference number of given random bytes, of which there must be 16.
    package static func make(for key: PositionKey, salt: [UInt8]) -> String {
        text(of: salt + SHA256.digest(salt + pieces(of: key)).prefix(tagByteCount))
    }

    /// Whether the reference number was made for an issuance of this position.
    ///
    /// **Guarantees** A reference number of another position is taken for this one's with a chance of 1 in 2^64.
    static func isOf(_ key: PositionKey, _ reference: String) -> Bool { Proof(reference)?.isOf(key) ?? false }

    /// The part of a reference number that proves a position, read once for many positions to be tried.
    struct Proof: Sendable {
        private let salt: [UInt8]
        private let tag: ArraySlice<UInt8>

        /// Nil for a reference number that proves nothing.
        init?(_ reference: String) {
            guard let bytes = ReferenceNumber.bytes(of: reference), bytes.count == randomByteCount + tagByteCount else {
                return nil
            }
            salt = Array(bytes.prefix(randomByteCount))
            tag = bytes.suffix(tagByteCount)
        }

        func isOf(_ key: PositionKey) -> Bool { isOf(ReferenceNumber.pieces(of: key)) }

        /// The same for a position whose ``ReferenceNumber/pieces(of:)`` are at hand.
        func isOf(_ pieces: [UInt8]) -> Bool {
            SHA256.digest(salt + pieces).prefix(tagByteCount).elementsEqual(tag)
        }
    }

    /// What a reference number says of who made it.
    enum Maker {
        /// This service, with a digest that proves the position.
        case provable
        /// This service before reference numbers held a digest, or another system with the same prefix.
        case perhapsOurs
        /// Another system.
        case other
    }

    static func maker(of reference: String) -> Maker {
        guard reference.hasPrefix(prefix) else { return .other }
        return Proof(reference) == nil ? .perhapsOurs : .provable
    }

    /// What is digested of a position: each part after its length in bytes.
    static func pieces(of key: PositionKey) -> [UInt8] {
        Array([key.cardID, key.programID, key.unit.rawValue].map { "\($0.utf8.count):\($0)" }.joined().utf8)
    }

    static func text(of bytes: [UInt8]) -> String {
        var text = Array(prefix.utf8)
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

    /// The bytes that a reference number writes; nil for a text that ``text(of:)`` does not make.
    static func bytes(of reference: String) -> [UInt8]? {
        guard reference.hasPrefix(prefix) else { return nil }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in reference.utf8.dropFirst(prefix.utf8.count) {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            bits = bits << 5 | UInt32(value)
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
            bits &= 0xFF
        }
        return text(of: bytes) == reference ? bytes : nil
    }
}
