import Hummingbird
import Logging
import NIOCore
import NIOPosix
import OrderlyStop
import ServiceLifecycle
import Testing

/// A cancelled HTTP server, over real connections.
@Suite struct OrderlyStopTests {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test("a server that is cancelled under a burst of connections stops in good order")
    func burst() async throws {
        for _ in 0..<5 {
            let (ports, port) = AsyncStream<Int>.makeStream()
            let application = Application(
                router: Router(), configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                onServerRunning: { channel in port.yield(channel.localAddress?.port ?? 0) }, logger: Self.logger)
            let running = Task {
                try await application.runStoppingInOrder(within: .seconds(20), logger: Self.logger)
            }
            var iterator = ports.makeAsyncIterator()
            let number = try #require(await iterator.next())
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            // Left without waiting: most are accepted while the server is stopping, where a cancelled one would trap.
            let connections = (0..<64).map { _ in bootstrap.connect(host: "127.0.0.1", port: number) }
            _ = try await connections[0].get()
            running.cancel()
            try await running.value
            for connection in connections {
                _ = try? await connection.flatMap { $0.close() }.get()
            }
        }
    }

    @Test("a service that fails tells why")
    func failure() async {
        struct Broken: Error {}
        struct Failing: Service {
            func run() async throws { throw Broken() }
        }
        await #expect(throws: Broken.self) {
            try await Failing().runStoppingInOrder(within: .seconds(1), logger: Self.logger)
        }
    }
}
