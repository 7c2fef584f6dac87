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
