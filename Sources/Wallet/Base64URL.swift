import Cryptography

/// Base64 in the alphabet for URLs, without padding (RFC 4648 section 5).
enum Base64URL {
    static func encode(_ bytes: some Collection<UInt8>) -> String {
        String(
            decoding: Base64.encode(bytes, padding: false).utf8.map { byte in
                byte == UInt8(ascii: "+") ? UInt8(ascii: "-") : byte == UInt8(ascii: "/") ? UInt8(ascii: "_") : byte
            }, as: UTF8.self)
    }

    /// Nil for anything but what ``encode(_:)`` writes.
    static func decode(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(where: { [UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "=")].contains($0) })
        else { return nil }
        let standard = text.utf8.map { byte in
            byte == UInt8(ascii: "-") ? UInt8(ascii: "+") : byte == UInt8(ascii: "_") ? UInt8(ascii: "/") : byte
        }
        let padding = [UInt8](repeating: UInt8(ascii: "="), count: (4 - standard.count % 4) % 4)
        guard let bytes = Base64.decode(utf8: standard) ?? Base64.decode(utf8: standard + padding),
            encode(bytes) == text
        else { return nil }
        return bytes
    }
}
