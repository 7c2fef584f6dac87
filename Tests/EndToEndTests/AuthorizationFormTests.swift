import RPC
import Testing

extension EndToEnd {
    @Suite("The forms of authorization at the gRPC door")
    struct AuthorizationFormTests {
        private static let key = Stack.operatorKey

        /// Each form, and whether it lets in: docs/transport.md has the same rows.
        private static let rows: [(name: String, values: [String], letsIn: Bool)] = [
            ("as documented", ["Bearer \(key)"], true),
            ("the scheme in small letters", ["bearer \(key)"], true),
            ("the scheme in capitals", ["BEARER \(key)"], true),
            ("two spaces", ["Bearer  \(key)"], true),
            ("five spaces", ["Bearer     \(key)"], true),
            ("a tab", ["Bearer\t\(key)"], false),
            ("no field", [], false),
            ("no key", ["Bearer"], false),
            ("no scheme", [key], false),
            ("another scheme", ["Basic \(key)"], false),
            ("two words", ["Bearer \(key) x"], false),
            ("two in one field", ["Bearer \(key), Bearer \(key)"], false),
            ("two fields, the first right", ["Bearer \(key)", "Bearer x"], false),
            ("two fields, the second right", ["Bearer x", "Bearer \(key)"], false),
            ("two fields, both right", ["Bearer \(key)", "Bearer \(key)"], false),
            ("a letter beyond ASCII", ["Bearer \(key.dropLast())é"], false),
            ("a wrong key", ["Bearer \(key.dropLast())0"], false),
        ]

        @Test("let in or are refused, and none is a fault of ours")
        func forms() async throws {
            try await Stack.with { stack in
                let call = RawCall(port: stack.service.rpcPort)
                for row in Self.rows {
                    let answer = try await call.call(
                        "/multibrand.v1.PreferenceService/GetPreferences", authorization: row.values)
                    // The empty card id is refused only after the key has let the call in.
                    let code: RPCStatusCode = row.letsIn ? .invalidArgument : .unauthenticated
                    #expect(answer == .status(code.rawValue), "\(row.name)")
                }
                #expect(!stack.service.log.contains("internal failure"))
            }
        }
    }
}
