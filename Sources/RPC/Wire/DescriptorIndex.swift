import FoundationEssentials
import SwiftProtobuf

/// Finds files of a descriptor set by what they declare.
struct DescriptorIndex: Sendable {
    private var files: [String: Data] = [:]
    private var imports: [String: [String]] = [:]
    private var fileOfSymbol: [String: String] = [:]
    private var messages: Set<String> = []
    private var extensions: [String: [Int32: String]] = [:]

    init(_ set: Google_Protobuf_FileDescriptorSet) throws {
        for file in set.file {
            files[file.name] = try file.serializedBytes()
            imports[file.name] = file.dependency
            let scope = file.package
            for message in file.messageType { add(message, scope, file.name) }
            for type in file.enumType { add(type, scope, file.name) }
            for field in file.extension { add(field, scope, file.name) }
            for service in file.service {
                let name = Self.join(scope, service.name)
                fileOfSymbol[name] = file.name
                for method in service.method { fileOfSymbol[Self.join(name, method.name)] = file.name }
            }
        }
    }

    func file(named name: String) -> String? { files[name] == nil ? nil : name }

    func file(declaring symbol: String) -> String? { fileOfSymbol[Self.withoutDot(symbol)] }

    func file(extending type: String, number: Int32) -> String? { extensions[Self.withoutDot(type)]?[number] }

    func extensionNumbers(of type: String) -> [Int32]? {
        guard messages.contains(Self.withoutDot(type)) else { return nil }
        return (extensions[Self.withoutDot(type)] ?? [:]).keys.sorted()
    }

    /// The file and everything it imports, each once, the file first.
    func serializedFiles(startingWith name: String) -> [Data] {
        var order = [name]
        var seen: Set = [name]
        var position = 0
        while position < order.count {
            for dependency in imports[order[position]] ?? [] where seen.insert(dependency).inserted {
                order.append(dependency)
            }
            position += 1
        }
        return order.compactMap { files[$0] }
    }

    private mutating func add(_ message: Google_Protobuf_DescriptorProto, _ scope: String, _ file: String) {
        let name = Self.join(scope, message.name)
        fileOfSymbol[name] = file
        messages.insert(name)
        for field in message.field { fileOfSymbol[Self.join(name, field.name)] = file }
        for choice in message.oneofDecl { fileOfSymbol[Self.join(name, choice.name)] = file }
        for nested in message.nestedType { add(nested, name, file) }
        for type in message.enumType { add(type, name, file) }
        for field in message.extension { add(field, name, file) }
    }

    private mutating func add(_ type: Google_Protobuf_EnumDescriptorProto, _ scope: String, _ file: String) {
        fileOfSymbol[Self.join(scope, type.name)] = file
        // The values of an enum are declared beside it, not inside.
        for value in type.value { fileOfSymbol[Self.join(scope, value.name)] = file }
    }

    private mutating func add(_ field: Google_Protobuf_FieldDescriptorProto, _ scope: String, _ file: String) {
        fileOfSymbol[Self.join(scope, field.name)] = file
        extensions[Self.withoutDot(field.extendee), default: [:]][field.number] = file
    }

    private static func join(_ scope: String, _ name: String) -> String {
        scope.isEmpty ? name : "\(scope).\(name)"
    }

    private static func withoutDot(_ name: String) -> String {
        name.hasPrefix(".") ? String(name.dropFirst()) : name
    }
}
