import Foundation

/// A JSON value as the sandbox reads and writes it, with exact decimals.
///
/// It shares no code with the client, so that a mistake in one does not hide in the other.
enum WireValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([WireValue])
    case object([String: WireValue])

    static func integer(_ value: Int64) -> WireValue { .number(Decimal(value)) }

    /// A string, or null for none.
    static func text(_ value: String?) -> WireValue { value.map { .string($0) } ?? .null }

    /// An object without the members that have no value.
    static func compact(_ members: [String: WireValue?]) -> WireValue { .object(members.compactMapValues { $0 }) }

    subscript(name: String) -> WireValue? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// A number without decimals that fits `Int64`; a string is not a number here, Cosmo's validation says so too.
    var integer: Int64? {
        guard case .number(let value) = self else { return nil }
        return Int64(value.description)
    }

    /// Members that are strings, such as an account's identifiers; nil when this is no object or holds anything else.
    var strings: [String: String]? {
        guard case .object(let members) = self else { return nil }
        var strings: [String: String] = [:]
        for (name, value) in members {
            guard let text = value.string else { return nil }
            strings[name] = text
        }
        return strings
    }
}

extension WireValue: Codable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Name.self) {
            var object: [String: WireValue] = [:]
            for key in members.allKeys { object[key.stringValue] = try members.decode(WireValue.self, forKey: key) }
            self = .object(object)
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var array: [WireValue] = []
            while !elements.isAtEnd { array.append(try elements.decode(WireValue.self)) }
            self = .array(array)
            return
        }
        let value = try decoder.singleValueContainer()
        if let text = try? value.decode(String.self) {
            self = .string(text)
        } else if value.decodeNil() {
            self = .null
        } else if let truth = try? value.decode(Bool.self) {
            self = .bool(truth)
        } else {
            self = .number(try value.decode(Decimal.self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let truth): try value.encode(truth)
        case .number(let number): try value.encode(number)
        case .string(let text): try value.encode(text)
        case .array(let elements): try value.encode(elements)
        case .object(let members): try value.encode(members)
        }
    }
}

extension WireValue {
    /// Parses a JSON text, nil when it is not one.
    static func parse(_ bytes: some Sequence<UInt8>) -> WireValue? {
        try? JSONDecoder().decode(WireValue.self, from: Data(bytes))
    }

    /// Any encodable value as a wire value.
    static func of(_ value: some Encodable) throws -> WireValue {
        try JSONDecoder().decode(WireValue.self, from: JSONEncoder().encode(value))
    }

    /// This value as another type.
    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(utf8))
    }

    /// Compact JSON with members in the order of their names, so that equal values are equal bytes.
    var utf8: [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Every case above has a JSON form, so there is nothing this could fail on but memory.
        return (try? encoder.encode(self)).map(Array.init) ?? []
    }
}
