/// One listing with its filter, and the page tokens it gives out: the same in every room.
///
/// A token is the hexadecimal text of a mark of the listing and the parts of a place in it, which are ids and numbers
/// and so hold no control character.
/// **Guarantees** A place is read back as it was. A token of another listing, or of this one under another filter, is
/// refused, and so is a text that no listing gave out. A page's size is no part of the filter.
public struct Listing: Sendable, Hashable {
    private static let separator: Character = "\u{1F}"
    private static let digits = Array("0123456789abcdef".utf8)

    private let mark: String

    /// - Parameters:
    ///   - name: the listing's name; no two share one.
    ///   - filter: what the caller chose rows by, in a fixed order; nil for what it left open.
    public init(_ name: String, _ filter: String?...) {
        // FNV-1a: a token is guarded against mistakes. It grants nothing, so nobody gains by making one.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in [name] + filter {
            for byte in "\(part?.utf8.count ?? -1):\(part ?? "")".utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
        }
        mark = String(hash, radix: 36)
    }

    /// The token of a place.
    public func token(_ parts: String...) -> String {
        var text: [UInt8] = []
        for byte in ([mark] + parts).joined(separator: String(Self.separator)).utf8 {
            text += [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The token of a place that is a number.
    public func token(_ number: Int64) -> String { token(String(number)) }

    /// The parts of a token's place, when there are so many of them; nil for a token that this listing did not give
    /// out.
    public func parts(of token: String, count: Int) -> [String]? {
        let nibbles = token.utf8.compactMap(Self.digits.firstIndex(of:))
        guard nibbles.count == token.utf8.count, nibbles.count.isMultiple(of: 2) else { return nil }
        let bytes = stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
        // PostgreSQL's text holds no NUL, so no place does.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else { return nil }
        let parts = text.split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        return parts.count == count + 1 && parts[0] == mark ? Array(parts.dropFirst()) : nil
    }

    /// The number of a token's place, above zero; nil for a token that this listing did not give out.
    public func number(of token: String) -> Int64? {
        guard let text = parts(of: token, count: 1)?.first, let number = Int64(text), number > 0, String(number) == text
        else { return nil }
        return number
    }
}
