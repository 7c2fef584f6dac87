/// A JSON document whose numbers are kept as the text they were written in.
///
/// **Guarantees** Objects hold each name once, sorted by the bytes of the name, so equal documents are equal values and
/// ``canonicalBytes`` of equal values are the same bytes.
public enum JSONValue: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as its text; see ``exactDecimal`` and ``int64``.
    case number(String)
    /// A string, with its escapes resolved.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// The value of a member, or nil when this is no object or has no such member.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }

    /// The text of a string, or nil for every other kind.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of an array, or nil for every other kind.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The object, or nil for every other kind.
    public var object: JSONObject? {
        guard case .object(let object) = self else { return nil }
        return object
    }

    /// The truth value, or nil for every other kind.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// A number without fraction or exponent that fits 64 bits, or nil.
    public var int64: Int64? {
        guard case .number(let text) = self else { return nil }
        return Int64(text)
    }

    /// A number without exponent that fits an exact decimal, or nil.
    public var exactDecimal: ExactDecimal? {
        guard case .number(let text) = self else { return nil }
        return try? ExactDecimal(text)
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }

    /// A whole number.
    public init(integerLiteral value: Int64) { self = .number(String(value)) }

    /// A truth value.
    public init(booleanLiteral value: Bool) { self = .bool(value) }

    /// An array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    /// An object; of members with one name the last stays.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        let last = Dictionary(elements) { _, later in later }
        let members = last.map { JSONObject.Member($0.key, $0.value) }
        self = JSONObject(members).map(JSONValue.object) ?? .null
    }
}

extension JSONValue {
    /// An object from literal names, each of them once; a value that is nil becomes `null`.
    public static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
        // The names are literals in the source, each once, so there always is an object.
        JSONObject(members.map { JSONObject.Member($0.0, $0.1 ?? .null) }).map(JSONValue.object) ?? .null
    }

    /// A string, or `null` for nil.
    public static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

    /// A whole number.
    public static func integer(_ value: Int64) -> JSONValue { .number(String(value)) }
}
