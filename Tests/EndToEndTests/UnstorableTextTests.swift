import Foundation
import MultibrandAPI
import RPC
import SwiftProtobuf
import Testing

@testable import MultibrandRPC

extension EndToEnd {
    @Suite("Texts that a database cannot store")
    struct UnstorableTextTests {
        private static let poison = "a\0b"

        /// The messages and methods of the API, as server reflection shows them.
        private struct API {
            var messages: [String: Google_Protobuf_DescriptorProto] = [:]
            var methods: [String: Google_Protobuf_MethodDescriptorProto] = [:]

            init() throws {
                let bytes = try #require(
                    Data(base64Encoded: multibrandDescriptorSetBase64, options: .ignoreUnknownCharacters))
                for file in try Google_Protobuf_FileDescriptorSet(serializedBytes: bytes).file {
                    for message in file.messageType { add(message, in: ".\(file.package)") }
                    for service in file.service {
                        for method in service.method {
                            methods["/\(file.package).\(service.name)/\(method.name)"] = method
                        }
                    }
                }
            }

            private mutating func add(_ message: Google_Protobuf_DescriptorProto, in scope: String) {
                messages["\(scope).\(message.name)"] = message
                for nested in message.nestedType { add(nested, in: "\(scope).\(message.name)") }
            }

            /// The paths to the text fields of a message, by field numbers.
            func texts(of type: String, depth: Int = 0) -> [[Int32]] {
                guard depth < 4, let message = messages[type] else { return [] }
                return message.field.flatMap { field -> [[Int32]] in
                    switch field.type {
                    case .string: [[field.number]]
                    case .message: texts(of: field.typeName, depth: depth + 1).map { [field.number] + $0 }
                    default: []
                    }
                }
            }

            /// A message whose fields all have a plausible value, but for the poisoned text.
            func bytes(of type: String, poisoned path: [Int32], depth: Int = 0) -> [UInt8] {
                guard depth < 4, let message = messages[type] else { return [] }
                if type == ".google.protobuf.Timestamp" { return Self.number(1, 1_790_000_000) }
                return message.field.flatMap { field -> [UInt8] in
                    let isOnPath = path.first == field.number
                    switch field.type {
                    case .string:
                        return Self.block(field.number, Array((isOnPath ? poison : Self.sample(field.name)).utf8))
                    case .message:
                        let rest = isOnPath ? Array(path.dropFirst()) : []
                        return Self.block(
                            field.number, bytes(of: field.typeName, poisoned: rest, depth: depth + 1))
                    case .int32, .int64, .uint32, .uint64, .enum: return Self.number(field.number, 1)
                    default: return []
                    }
                }
            }

            private static func sample(_ name: String) -> String {
                switch name {
                case "currency_code": "USD"
                case "merchant_country": "US"
                case "merchant_category_code": "5812"
                case "day": "2026-01-05"
                case "url": "https://hooks.example.com/w"
                case "preview_token", "page_token", "authorization_id": ""
                case let name where name.hasSuffix("_json"): "{}"
                default: "x"
                }
            }

            private static func number(_ field: Int32, _ value: UInt64) -> [UInt8] {
                varint(UInt64(field) << 3) + varint(value)
            }

            private static func block(_ field: Int32, _ bytes: [UInt8]) -> [UInt8] {
                varint(UInt64(field) << 3 | 2) + varint(UInt64(bytes.count)) + bytes
            }

            private static func varint(_ value: UInt64) -> [UInt8] {
                var (rest, bytes) = (value, [UInt8]())
                while rest >= 128 {
                    bytes.append(UInt8(rest & 127) | 128)
                    rest >>= 7
                }
                return bytes + [UInt8(rest)]
            }
        }

        @Test("are the caller's fault, in whichever field of whichever method they come")
        func everyField() async throws {
            let api = try API()
            let routes = try await EveryCallTests.routes()
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link("x", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    var sent = 0
                    for route in routes {
                        let method = try #require(api.methods[route.path], "\(route.path)")
                        if method.clientStreaming || method.serverStreaming { continue }
                        for path in api.texts(of: method.inputType) {
                            // A message that knows no field carries any.
                            let request = try Google_Protobuf_Empty(
                                serializedBytes: api.bytes(of: method.inputType, poisoned: path))
                            let code = try await Self.code(route.path, request, client)
                            #expect(
                                ![.internal, .unknown, .unavailable].contains(code),
                                "\(route.path), field \(path): \(code)")
                            sent += 1
                        }
                    }
                    #expect(sent > 150)
                }
                // The test's database is not a durable one, and the service says so.
                for line in stack.service.log.split(separator: "\n") where !line.contains("fsync is off") {
                    #expect(!line.contains(" error "), "\(line)")
                }
            }
        }

        private static func code(
            _ path: String, _ request: Google_Protobuf_Empty, _ client: ServiceClient
        ) async throws -> RPCStatusCode {
            do {
                let _: Google_Protobuf_Empty = try await client.rpc.unary(path, request, timeout: .seconds(60))
                return .ok
            } catch let error as RPCError {
                return error.code
            }
        }
    }
}
