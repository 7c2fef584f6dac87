/// A text that is equal to another only byte for byte, as the database compares ids.
///
/// Swift's `String` takes canonically equivalent texts for equal, such as `é` in one scalar and in two. As keys they
/// would merge two cards into one.
public struct ExactText: Sendable, Hashable, Comparable {
    /// The text itself.
    public let text: String

    /// Takes a text to compare by its bytes.
    public init(_ text: String) {
        self.text = text
    }

    /// Whether all bytes are the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Orders by the bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // An end mark keeps neighbouring texts of one key from running into each other.
        hasher.combine(0xFF as UInt8)
    }
}
