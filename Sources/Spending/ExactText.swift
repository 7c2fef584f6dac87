/// A text that is equal to another only byte for byte, as the database compares ids.
///
/// Swift's `String` takes canonically equivalent texts for equal, such as `é` in one scalar and in two. As keys of a batch
/// they would merge two cards into one.
struct ExactText: Sendable, Hashable, Comparable {
    let text: String

    init(_ text: String) {
        self.text = text
    }

    static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // An end mark keeps neighbouring texts of one key from running into each other.
        hasher.combine(0xFF as UInt8)
    }
}
