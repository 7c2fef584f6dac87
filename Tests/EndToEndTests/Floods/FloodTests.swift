import MultibrandAPI
import MultibrandServer
import Testing

extension EndToEnd {
    /// What somebody without a key can do to a service with 1,024 descriptors and, as it is measured here, 1 GiB of
    /// memory.
    @Suite("A flood leaves the service alive, its memory bounded and others answered", .timeLimit(.minutes(15)))
    struct FloodTests {
        private static let wallet = [
            Settings.Wallet.enabled.key: "on",
            Settings.Wallet.tokenSecrets.key: String(repeating: "5e", count: 32),
        ]
        private static let mebibyte = 1 << 20
        /// Far below what the floods send, and above what a debug build needs for itself.
        private static let memoryMax = 512 * mebibyte

        @Test("of idle connections on every door takes no descriptor from anything else, and new clients get in")
        func idleConnections() async throws {
            let walletPort = try FreePort.choose()
            let settings = Self.wallet.merging([Settings.Wallet.port.key: "\(walletPort)"]) { _, new in new }
            try await Stack.with(settings, openFilesMax: 1_024) { stack in
                try await stack.connected { old in
                    _ = try await stack.register("card", old)
                    for port in [stack.service.rpcPort, stack.service.httpPort, walletPort] {
                        let idle = IdleConnections(1_100, port: port)
                        #expect(idle.count == 1_100)
                        // The connection that was there before, and one that comes after all of them.
                        let still = try await old.preferences("card")
                        let new = try await stack.connected { try await $0.preferences("card") }
                        #expect(still.cardID == "card" && new.cardID == "card")
                        #expect(try await stack.page("/readyz").status == 200)
                    }
                    let metrics = try await stack.page("/metrics").body
                    #expect(metrics.contains("multibrand_connections_max{door=\"rpc\"}"))
                    #expect(metrics.contains("multibrand_connections_closed_for_others_total{door=\"rpc\"}"))
                }
                #expect(try stack.service.exit() == nil)
                #expect(stack.service.log.contains("the door is full"))
                #expect(stack.service.log.contains("connection limits of the doors are lower than configured"))
            }
        }

        @Test("of complete messages whose streams stay open is held up to the connection's limit")
        func unfinishedCalls() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    _ = try await stack.register("card", client)
                    let message: [UInt8] = [0, 0, 0x3f, 0xff, 0] + [UInt8](repeating: 0, count: 0x3f_ff00)
                    for key in [nil, Stack.operatorKey] {
                        let flood = BodyFlood(
                            port: stack.service.rpcPort, path: "/multibrand.v1.SpendService/RecordSpend", key: key,
                            streams: 251, body: message)
                        try await flood.send { _ = try await client.preferences("card") }
                    }
                }
                #expect(try stack.service.exit() == nil)
                #expect(stack.service.peakMemory < Self.memoryMax, "\(stack.service.peakMemory) bytes")
            }
        }

        @Test(
            "of long questions to the services that need no key is not held",
            arguments: [
                "/grpc.health.v1.Health/Watch", "/grpc.health.v1.Health/Check",
                "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
            ])
        func openServices(path: String) async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    _ = try await stack.register("card", client)
                    // A name of 4 MiB less a little, as HealthCheckRequest has it.
                    let message: [UInt8] = [0, 0, 0x3f, 0xff, 0] + [0x0a, 0xfb, 0xfd, 0xff, 0x01]
                    let flood = BodyFlood(
                        port: stack.service.rpcPort, path: path, key: nil, streams: 200,
                        body: message + [UInt8](repeating: 0x61, count: 0x3f_fefb))
                    try await flood.send { _ = try await client.preferences("card") }
                }
                #expect(try stack.service.exit() == nil)
                #expect(stack.service.peakMemory < Self.memoryMax, "\(stack.service.peakMemory) bytes")
            }
        }
    }
}
