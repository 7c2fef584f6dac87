public import Rewards

/// A value with its JSON form: what a door sends, and what is stored under an idempotency key.
public protocol WalletDocument: Sendable {
    /// The JSON form, with the contract's field names.
    var json: JSONValue { get }
    /// Reads the JSON form back; nil when it is none.
    init?(json: JSONValue)
}

/// What a write answered: a fresh answer, or the stored one of the first call (I-5).
public struct WalletAnswer<Value: WalletDocument>: Sendable {
    /// What was answered.
    public let value: Value
    /// The answer's JSON bytes; those of the first call, byte for byte, when replayed.
    public let body: [UInt8]
    /// The answer's HTTP status, 200 or 201 as the contract has it.
    public let status: Int
    /// Whether an earlier call gave this answer and this one did nothing.
    public let isReplayed: Bool
}

extension JSONValue {
    /// An object from literal, distinct names; values that are nil become `null`.
    static func members(_ members: [(String, JSONValue?)]) -> JSONValue {
        // The names are literals of this module, each once, so the object always comes to be.
        JSONObject(members.map { JSONObject.Member($0.0, $0.1 ?? .null) }).map(JSONValue.object) ?? .null
    }

    static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
    static func integer(_ value: Int64) -> JSONValue { .number(String(value)) }
}
