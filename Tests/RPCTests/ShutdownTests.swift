import Admission
import FoundationEssentials
import RPC
import SwiftProtobuf
import Synchronization
import Testing

@Suite("Leaving and coming back", .timeLimit(.minutes(15)))
struct ShutdownTests {
    private func waiting(_ started: Gate, _ release: Gate) -> RPCRouter {
        var router = RPCRouter.echo
        router.unary("/test.Wait/Gate") { (request: Text, _) -> Text in
            started.open()
            await release.wait()
            return request
        }
        return router
    }

    @Test("a call in flight when the server leaves is answered; run() returns after it; later calls find nobody")
    func drain() async throws {
        let (started, release) = (Gate(), Gate())
        try await withServer(waiting(started, release)) { server, port in
            try await withClient(.init(host: "127.0.0.1", port: port)) { client in
                async let answer: Text = client.unary("/test.Wait/Gate", Text("kept"))
                await started.wait()
                server.beginGracefulShutdown()
                await #expect(throws: RPCError.self) {
                    // The listening socket closes at once, so a new connection is refused sooner or later.
                    while true {
                        let _: Bytes = try await client.unary("/test.Echo/Get", Bytes(), timeout: .seconds(2))
                    }
                }
                release.open()
                let kept = try await answer
                #expect(kept.value == "kept")
            }
        }
    }

    @Test("a call that does not end is cut off at the drain deadline")
    func drainDeadline() async throws {
        let (started, release) = (Gate(), Gate())
        try await withServer(waiting(started, release), configure: { $0.drainDeadline = .milliseconds(100) }) {
            server, port in
            try await withClient(.init(host: "127.0.0.1", port: port)) { client in
                let call = Task { () -> Text in try await client.unary("/test.Wait/Gate", Text("lost")) }
                await started.wait()
                server.beginGracefulShutdown()
                let error = await #expect(throws: RPCError.self) { _ = try await call.value }
                #expect(error?.code == .unavailable)
                release.open()
            }
        }
    }

    @Test("a client finds a server that was started again on the same port")
    func reconnect() async throws {
        let port = try await withServer { _, port in
            try await withClient(.init(host: "127.0.0.1", port: port)) { client in
                let _: Bytes = try await client.unary("/test.Echo/Get", Bytes())
            }
            return port
        }
        let client = RPCClient(configuration: .init(host: "127.0.0.1", port: port), logger: quietLogger)
        defer { client.close() }
        let error = await #expect(throws: RPCError.self) {
            let _: Bytes = try await client.unary("/test.Echo/Get", Bytes())
        }
        #expect(error?.code == .unavailable)
        for _ in 0..<2 {
            try await withServer(configure: { $0.port = port }) { _, _ in
                let answer: Bytes = try await client.unary("/test.Echo/Get", Bytes(.init([5])), timeout: .seconds(300))
                #expect(answer.value == .init([5]))
            }
        }
    }

    @Test("a full door takes a new connection for the one that has been without calls the longest")
    func connectionLimit() async throws {
        try await withServer(configure: { $0.connectionsMax = 2 }) { server, port in
            let clients = (0..<12).map { _ in
                RPCClient(configuration: .init(host: "127.0.0.1", port: port), logger: quietLogger)
            }
            defer { for client in clients { client.close() } }
            for client in clients {
                let _: Bytes = try await client.unary("/test.Echo/Get", Bytes(), timeout: .seconds(300))
            }
            #expect(server.gate.counts.closedForOthers >= 12 - 2 - 2 * DoorGate.overshootMax)
            #expect(server.gate.counts.open <= 2 + DoorGate.overshootMax)
            // Those that had to leave come back when they are needed.
            let _: Bytes = try await clients[0].unary("/test.Echo/Get", Bytes(), timeout: .seconds(300))
        }
    }

    @Test("an address that is taken is an error of run() and of everything that waits for the address")
    func addressTaken() async throws {
        try await withServer { _, port in
            let second = RPCServer(
                configuration: .init(host: "127.0.0.1", port: port), router: .echo, logger: quietLogger)
            let address = Task { try await second.listeningAddress }
            await #expect(throws: (any Error).self) { try await second.run() }
            await #expect(throws: (any Error).self) { _ = try await address.value }
        }
    }
}
