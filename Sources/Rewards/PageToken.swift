/// Where a listing goes on, in a form that callers hand back unread: the same in every room.
///
/// A token is the hexadecimal text of its parts, which are ids and numbers and so hold no control character.
/// **Guarantees** What ``make(_:)`` gave is read back as it was; any other text is refused or is a place all the same.
public enum PageToken {
    private static let separator: Character = "\u{1F}"
    private static let digits = Array("0123456789abcdef".utf8)

    /// The token of a place.
    public static func make(_ parts: String...) -> String {
        var text: [UInt8] = []
        for byte in parts.joined(separator: String(separator)).utf8 {
            text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The token of a place that is a number.
    public static func make(_ number: Int64) -> String { make(String(number)) }

    /// The parts of a token, when there are so many of them; nil for a token that ``make(_:)`` did not give.
    public static func parts(of token: String, count: Int) -> [String]? {
        let nibbles = token.utf8.compactMap(digits.firstIndex(of:))
        guard nibbles.count == token.utf8.count, nibbles.count.isMultiple(of: 2) else { return nil }
        let bytes = stride(from: 0, to: nibbles.count, by: 2).map { UInt8(nibbles[$0] << 4 | nibbles[$0 + 1]) }
        // PostgreSQL's text holds no NUL, so no place does.
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else { return nil }
        let parts = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
        return parts.count == count ? parts : nil
    }

    /// The number of a token, above zero; nil for a token that ``make(_:)`` did not give for one.
    public static func number(of token: String) -> Int64? {
        guard let text = parts(of: token, count: 1)?.first, let number = Int64(text), number > 0, String(number) == text
        else { return nil }
        return number
    }
}
