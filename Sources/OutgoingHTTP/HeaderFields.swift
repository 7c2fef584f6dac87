/// Header fields in their order; names are compared without case.
package struct HeaderFields: Sendable, Sequence {
    private var fields: [(name: String, value: String)] = []

    /// Makes none.
    package init() {}

    /// Appends a field, beside others of that name.
    package mutating func add(name: String, value: String) { fields.append((name, value)) }

    /// Sets a field in the place of all of that name.
    package mutating func replace(name: String, value: String) {
        fields.removeAll { Self.isSame($0.name, name) }
        add(name: name, value: value)
    }

    /// The first value of a name.
    package func first(name: String) -> String? { fields.first { Self.isSame($0.name, name) }?.value }

    /// Goes through the fields in their order.
    package func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { fields.makeIterator() }

    private static func isSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count && one.lowercased() == other.lowercased()
    }
}
