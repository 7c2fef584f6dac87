/// The members of a JSON object, each name once, sorted by the bytes of the name.
public struct JSONObject: Sendable, Hashable {
    /// A name with its value.
    public struct Member: Sendable, Hashable {
        /// The name, with its escapes resolved.
        public let name: String
        /// The value.
        public let value: JSONValue

        /// Makes a member.
        public init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The members in the order of their names.
    public let members: [Member]

    /// Makes an object; nil when a name appears twice.
    public init?(_ members: [Member]) {
        let sorted = members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (left, right) in zip(sorted, sorted.dropFirst()) where left.name.utf8.elementsEqual(right.name.utf8) {
            return nil
        }
        self.members = sorted
    }

    /// The value of a member, or nil.
    public subscript(name: String) -> JSONValue? {
        members.first { $0.name == name }?.value
    }
}
