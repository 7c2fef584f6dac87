import CosmoSandbox
import Foundation
import MultibrandServer
import NIOCore
import NIOPosix
import Testing

extension EndToEnd {
    @Suite("A start that cannot succeed")
    struct RefusedStartTests {
        @Test(
            "ends when the port of any door is taken, with one line that names the address and the setting",
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
                let lines = service.log.split(separator: "\n").filter { !$0.contains(" info ") }
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

        /// A set-up that looks more secure than it is.
        struct Weak: Sendable, CustomTestStringConvertible {
            let setting: String
            let settings: [String: String]
            var testDescription: String { setting }
        }

        @Test(
            "names the setting that makes it less secure than it looks, and doctor names it too",
            arguments: [
                Weak(
                    setting: Settings.RPC.clientAuthorities.key,
                    settings: [Settings.RPC.clientAuthorities.key: "/etc/ssl/certs/ca-certificates.crt"]),
                Weak(
                    setting: Settings.RPC.authentication.key,
                    settings: [
                        Settings.RPC.host.key: "0.0.0.0", Settings.RPC.authentication.key: "off",
                        Settings.Service.operatorKey.key: "",
                    ]),
                Weak(setting: Settings.Service.operatorKey.key, settings: [Settings.Service.operatorKey.key: "short"]),
            ])
        func insecure(weak: Weak) async throws {
            let directory = try ProjectFiles.makeTemporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            // Neither gets as far as the database or Cosmo.
            let settings = Stack.base(databaseURL: "postgresql://127.0.0.1:1/nowhere", sandboxURL: "http://127.0.0.1:1")
                .merging(weak.settings) { _, new in new }
            let service = try ServiceProcess(directory: directory, settings: settings)
            await #expect(throws: Unusable.self) { try await service.start() }
            #expect(try await service.ended() != .code(0))
            #expect(service.log.contains(weak.setting), "\(service.log.suffix(2_000))")
            let doctor = ChildProgram(
                [try ProjectFiles.executable(), "doctor"], environment: ServiceProcess.variables(settings),
                in: directory,
                logPath: directory + "/doctor.log")
            #expect(try await doctor.ended() != .code(0))
            let failures = doctor.log.split(separator: "\n").filter { $0.hasPrefix("FAIL") }
            #expect(failures.contains { $0.contains(weak.setting) }, "\(doctor.log.suffix(2_000))")
        }
    }
}
