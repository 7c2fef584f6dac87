import Foundation

/// A parsed JSON text whose numbers are exact decimals, for answers whose shape the documents leave open.
enum JSONTree: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// Parses a JSON text; nil when it is not one, or nests deeper than Foundation's decoder allows (512).
    static func parse(_ bytes: some Sequence<UInt8>) -> JSONTree? {
        try? JSONDecoder().decode(JSONTree.self, from: Data(bytes))
    }

    /// The member of an object.
    subscript(name: String) -> JSONTree? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    /// The first member that exists among several names and is not null.
    func first(of names: String...) -> JSONTree? {
        for name in names {
            if let value = self[name], value != .null { return value }
        }
        return nil
    }

    /// The text of a string.
    var string: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    /// The text of a string or of a number, for identifiers a peer may write either way.
    var identifier: String? {
        switch self {
        case .string(let value): value.isEmpty ? nil : value
        case .number(let value): value.description
        default: nil
        }
    }

    /// An identifier that a database can store and index: without NUL, at most 256 bytes.
    var storableIdentifier: String? {
        identifier.flatMap { $0.utf8.count <= 256 && !$0.utf8.contains(0) ? $0 : nil }
    }

    /// A truth value.
    var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// A decimal written as a number or as a string (contract section 2).
    var decimal: Decimal? {
        switch self {
        case .number(let value): value
        case .string(let text): DecimalText.parse(text)
        default: nil
        }
    }

    /// The elements of an array.
    var array: [JSONTree]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }
}

extension JSONTree: Decodable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let members = try? decoder.container(keyedBy: Name.self) {
            var object: [String: JSONTree] = [:]
            for key in members.allKeys { object[key.stringValue] = try members.decode(JSONTree.self, forKey: key) }
            self = .object(object)
            return
        }
        if var elements = try? decoder.unkeyedContainer() {
            var array: [JSONTree] = []
            while !elements.isAtEnd { array.append(try elements.decode(JSONTree.self)) }
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
}
