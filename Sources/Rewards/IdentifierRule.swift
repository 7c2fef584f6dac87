/// The rule every id that a caller chooses must keep: 1 to 128 bytes of UTF-8 without control characters.
public struct IdentifierRule: Sendable {
    /// The longest id, in bytes, unless a place says otherwise.
    public static let bytesMax = 128

    /// Whether a text may be an id.
    ///
    /// U+0000 to U+001F, U+007F and U+0080 to U+009F are refused: they cannot be stored (NUL), or forge lines in logs.
    ///
    /// **Cost** Linear in the text up to the limit; a longer text is refused by its length alone.
    public static func check(_ text: String, bytesMax: Int = IdentifierRule.bytesMax) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, first != 0, bytes.count <= bytesMax else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)
        }
    }
}
