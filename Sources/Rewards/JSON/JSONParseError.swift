/// Why bytes are not a JSON document, and where.
public struct JSONParseError: ReasonedError, Hashable {
    /// The kinds of fault.
    public enum Kind: String, Sendable {
        /// The document is larger than the caller allows.
        case tooLarge = "JSON_TOO_LARGE"
        /// Arrays and objects are nested deeper than the caller allows.
        case tooDeep = "JSON_TOO_DEEP"
        /// The bytes do not follow the grammar.
        case malformed = "JSON_MALFORMED"
        /// One object has two members of one name.
        case nameRepeated = "JSON_NAME_REPEATED"
    }

    /// What is wrong.
    public let kind: Kind
    /// The offset of the first byte that cannot be accepted.
    public let atByte: Int

    /// The stable reason.
    public var reason: String { kind.rawValue }

    /// What is wrong, for people, without quoting the document.
    public var description: String {
        switch kind {
        case .tooLarge: "the JSON document is longer than the allowed \(atByte) bytes"
        case .tooDeep: "the JSON document nests too deeply at byte \(atByte)"
        case .malformed: "the JSON document is malformed at byte \(atByte)"
        case .nameRepeated: "a JSON object that ends at byte \(atByte) has two members of one name"
        }
    }

    init(_ kind: Kind, atByte: Int) {
        self.kind = kind
        self.atByte = atByte
    }
}
