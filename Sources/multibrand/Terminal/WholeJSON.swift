import Foundation
import MultibrandAPI
import Rewards
import SwiftProtobuf

/// Messages as JSON with every field in it, zeros and empty lists too, so that a script finds each field each time.
///
/// The mapping is that of proto3: names as in proto/, 64-bit numbers as text, times as RFC 3339. A field that can be
/// absent (a message, a oneof, an `optional`) is left out when it is; every other one is always there.
struct WholeJSON {
    /// One line of JSON, fields in the order of proto/.
    ///
    /// - Parameter writesNumbers: Whether 64-bit numbers are numbers rather than text.
    static func text<Content: Message>(_ message: Content, writesNumbers: Bool = false) throws -> String {
        var options = JSONEncodingOptions()
        options.preserveProtoFieldNames = true
        options.alwaysPrintInt64sAsNumbers = writesNumbers
        let bytes: [UInt8] = try message.jsonUTF8Bytes(options: options)
        let sent = try JSONValue(parsing: bytes, bytesMax: .max)
        return WholeJSON(writesNumbers: writesNumbers).text(sent, type: Content.protoMessageName)
    }

    private let writesNumbers: Bool

    /// An object of a message type; anything else as it is.
    private func text(_ value: JSONValue, type: String) -> String {
        guard let descriptor = Self.messages[type], case .object(let object) = value else { return verbatim(value) }
        let members = descriptor.field.compactMap { field -> String? in
            guard let member = object[field.name] ?? absent(field) else { return nil }
            return "\(verbatim(.string(field.name))):\(text(member, of: field))"
        }
        return "{\(members.joined(separator: ","))}"
    }

    private func text(_ value: JSONValue, of field: Google_Protobuf_FieldDescriptorProto) -> String {
        guard field.type == .message else { return verbatim(value) }
        let type = String(field.typeName.drop { $0 == "." })
        if let entry = Self.messages[type], entry.options.mapEntry, case .object(let object) = value {
            guard let content = entry.field.first(where: { $0.number == 2 }) else { return verbatim(value) }
            let members = object.members.map { "\(verbatim(.string($0.name))):\(text($0.value, of: content))" }
            return "{\(members.joined(separator: ","))}"
        }
        if case .array(let elements) = value {
            return "[\(elements.map { text($0, type: type) }.joined(separator: ","))]"
        }
        return text(value, type: type)
    }

    /// What a field that was not sent is; nil when it is absent.
    private func absent(_ field: Google_Protobuf_FieldDescriptorProto) -> JSONValue? {
        if field.label == .repeated {
            let isMap = Self.messages[String(field.typeName.drop { $0 == "." })]?.options.mapEntry ?? false
            return isMap ? JSONObject([]).map { .object($0) } : .array([])
        }
        if field.hasOneofIndex || field.proto3Optional { return nil }
        switch field.type {
        case .message, .group: return nil
        case .string, .bytes: return .string("")
        case .bool: return .bool(false)
        case .int64, .uint64, .sint64, .fixed64, .sfixed64: return writesNumbers ? .number("0") : .string("0")
        case .int32, .uint32, .sint32, .fixed32, .sfixed32, .double, .float: return .number("0")
        case .enum: return Self.enums[String(field.typeName.drop { $0 == "." })].map { .string($0) }
        }
    }

    private func verbatim(_ value: JSONValue) -> String {
        String(decoding: value.canonicalBytes, as: UTF8.self)
    }

    private static let files: [Google_Protobuf_FileDescriptorProto] = {
        guard let bytes = Data(base64Encoded: multibrandDescriptorSetBase64, options: .ignoreUnknownCharacters),
            let set = try? Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)
        else { return [] }
        return set.file
    }()

    /// Our message types by full name; times and the like, which have a JSON form of their own, are not among them.
    private static let messages: [String: Google_Protobuf_DescriptorProto] = {
        var found: [String: Google_Protobuf_DescriptorProto] = [:]
        func add(_ message: Google_Protobuf_DescriptorProto, _ scope: String) {
            let name = "\(scope).\(message.name)"
            found[name] = message
            for nested in message.nestedType { add(nested, name) }
        }
        for file in files where file.package != "google.protobuf" {
            for message in file.messageType { add(message, file.package) }
        }
        return found
    }()

    /// The name of each enumeration's zero.
    private static let enums: [String: String] = {
        var found: [String: String] = [:]
        func add(_ one: Google_Protobuf_EnumDescriptorProto, _ scope: String) {
            found["\(scope).\(one.name)"] = one.value.first { $0.number == 0 }?.name
        }
        func add(_ message: Google_Protobuf_DescriptorProto, _ scope: String) {
            let name = "\(scope).\(message.name)"
            for one in message.enumType { add(one, name) }
            for nested in message.nestedType { add(nested, name) }
        }
        for file in files {
            for one in file.enumType { add(one, file.package) }
            for message in file.messageType { add(message, file.package) }
        }
        return found
    }()
}
