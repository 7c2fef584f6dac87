import Foundation
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("A stock gRPC client in another language")
    struct PythonClientTests {
        @Test("drives the service: every call, reflection, health, deadlines and errors")
        func drives() async throws {
            let python = try await PythonEnvironment.interpreter()
            try await Stack.with { stack in
                try await stack.connected { try await stack.configurePrograms($0) }
                let client = ChildProgram(
                    [
                        python, ProjectFiles.pythonClient + "/drive.py", stack.service.rpc, Stack.operatorKey,
                        ProjectFiles.proto, "prg_sky",
                    ], in: stack.directory, logPath: stack.directory + "/grpcio.log")
                let exit = try await client.ended(within: .seconds(180))
                #expect(exit == .code(0), "\(client.log.suffix(2_000))")
                #expect(client.log.contains("checks passed"), "\(client.log.suffix(2_000))")
                try await stack.connected { try await stack.settle($0) }
                try await stack.verify()
            }
        }
    }
}
