import Cryptography

/// An API client's key: `mbk_` and 256 random bits in hexadecimal. Shown once, stored as its SHA-256 only.
///
/// A key this long needs no slow hash: nobody can try out 2^256 of them.
package struct APIKey: Sendable {
    /// What every key begins with, so that scanners for leaked secrets find it.
    package static let prefix = "mbk_"
    /// The length of a key, in bytes.
    package static let byteCount = prefix.utf8.count + 2 * secretByteCount
    private static let secretByteCount = 32

    /// The key itself; a secret.
    package let text: String

    /// Makes a new key.
    static func generate(random: (Int) -> [UInt8] = { randomBytes(count: $0) }) -> APIKey {
        APIKey(text: prefix + Hexadecimal.encode(random(secretByteCount)))
    }

    /// The digest under which this key is stored.
    var digest: [UInt8] { SHA256.digest(text.utf8) }

    /// The digest under which a key is stored, or nil for a text that cannot be a key.
    ///
    /// **Cost** One SHA-256 for texts of the right shape, nothing for others.
    static func digest(of text: String) -> [UInt8]? {
        let bytes = text.utf8
        guard bytes.count == byteCount, bytes.starts(with: prefix.utf8) else { return nil }
        return SHA256.digest(bytes)
    }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible {
    /// Says that it is a key, not which: keys must not reach a log by interpolation.
    package var description: String { "\(Self.prefix)…" }
    /// Says that it is a key, not which.
    package var debugDescription: String { description }
}
