import CosmoSandbox
import Foundation
import NIOCore
import NIOPosix
import Testing

extension EndToEnd {
    @Suite("A start that cannot succeed")
    struct RefusedStartTests {
        @Test(
            "ends when a door's port is taken, whichever it is, with one line that names address, setting and who to look for",
            arguments: ["http", "rpc"])
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
                let lines = service.log.split(separator: "\n")
                #expect(lines.count == 1, "\(service.log.suffix(2_000))")
                let port = door == "http" ? service.httpPort : service.rpcPort
                for words in [
                    "in use", "127.0.0.1:\(port)", "\(door).port (MULTIBRAND_\(door.uppercased())_PORT)", "ss -ltnp",
                ] {
                    #expect(service.log.contains(words), "\(service.log.suffix(2_000))")
                }
                try await other.close()
            }
        }
    }
}
