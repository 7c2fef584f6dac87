import Glibc
import Logging
import NIOCore
import NIOEmbedded
import NIOPosix
import Testing

@testable import Admission

@Suite("A door keeps the number of its connections within its limit", .timeLimit(.minutes(15)))
struct DoorGateTests {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func gate(limit: Int) -> DoorGate {
        DoorGate(door: "test", limit: limit, remedy: "raise it", logger: Self.logger)
    }

    /// What was last said about reading, that is, accepting; channels read until this is switched off.
    private static func reads(_ channel: EmbeddedChannel) -> Bool {
        channel.options.compactMap { $0.1 as? Bool }.last ?? true
    }

    @Test("an accept without a descriptor rests for a second instead of spinning", arguments: [EMFILE, ENFILE, ENOMEM])
    func backOff(code: CInt) throws {
        let gate = gate(limit: 4)
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(gate.makeHandler())
        channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
        channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
        #expect(Self.reads(channel) == false)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
        #expect(Self.reads(channel) == false)
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
        #expect(Self.reads(channel))
        #expect(gate.counts.acceptFailures == 2)
        try channel.throwIfErrorCaught()
    }

    @Test("an error that is not about descriptors goes on through the pipeline")
    func otherErrors() throws {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(gate(limit: 4).makeHandler())
        channel.pipeline.fireErrorCaught(IOError(errnoCode: ECONNABORTED, reason: "accept"))
        #expect(throws: IOError.self) { try channel.throwIfErrorCaught() }
        #expect(Self.reads(channel))
    }

    @Test("a door whose connections are all busy does not accept until one ends")
    func pause() throws {
        let gate = gate(limit: 2)
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(
            gate.makeHandler { _, seat in seat.becameBusy() })
        let connections = (0..<3).map { _ in EmbeddedChannel(loop: channel.embeddedEventLoop) }
        for connection in connections { channel.pipeline.fireChannelRead(connection as any Channel) }
        #expect(gate.counts.open == 3 && gate.counts.isPaused)
        #expect(Self.reads(channel) == false)
        connections[0].close(promise: nil)
        channel.embeddedEventLoop.run()
        #expect(gate.counts.isPaused, "still full")
        connections[1].close(promise: nil)
        channel.embeddedEventLoop.run()
        #expect(gate.counts.open == 1 && !gate.counts.isPaused)
        #expect(Self.reads(channel))
    }

    @Test("many more connections than the limit are all accepted in turn, and the idle ones before them are closed")
    func idleOnesGiveWay() async throws {
        let gate = gate(limit: 8)
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .serverChannelInitializer { $0.pipeline.addHandler(gate.makeHandlerMarkingSeats()) }
            .bind(host: "127.0.0.1", port: 0).get()
        // The last one can be accepted only when those before it were closed for it.
        var clients: [any Channel] = []
        for _ in 0..<40 {
            clients.append(try await ClientBootstrap(group: group).connect(to: server.localAddress!).get())
        }
        for client in clients.prefix(28) { try await client.closeFuture.get() }
        #expect(gate.counts.open <= 8 + DoorGate.overshootMax)
        #expect(gate.counts.closedForOthers >= 28)
        for client in clients { client.close(promise: nil) }
        try await server.close()
    }
}
