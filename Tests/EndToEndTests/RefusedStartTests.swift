import CosmoSandbox
import Foundation
import NIOCore
import NIOPosix
import Testing

extension EndToEnd {
    @Suite("A start that cannot succeed")
    struct RefusedStartTests {
        @Test("ends when a door's port is taken, whichever it is, and the process with it", arguments: ["http", "rpc"])
        func portTaken(door: String) async throws {
            try await Stack.with { stack in
                let directory = stack.directory + "/\(UUID().uuidString)"
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                let service = try ServiceProcess(
                    directory: directory,
                    settings: Stack.base(databaseURL: stack.databaseURL, sandboxURL: try await stack.sandbox.baseURL))
                let other = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .bind(host: "127.0.0.1", port: door == "http" ? service.httpPort : service.rpcPort).get()
                await #expect(throws: Unusable.self) { try await service.start() }
                #expect(try await service.ended() == .code(1))
                #expect(service.log.contains("in use"), "\(service.log.suffix(2_000))")
                try await other.close()
            }
        }
    }
}
