import HTTP2
import Logging
import NIOCore
import NIOPosix
import Testing

@Suite("HTTP/2 between two ends", .timeLimit(.minutes(15)))
struct HTTP2ConnectionTests {
    private static let logger = Logger(label: "http2-tests") { _ in SwiftLogNoOpLogHandler() }

    /// Answers with the body it was sent, and trailers.
    private final class EchoStream: HTTP2Stream, @unchecked Sendable {
        // SAFETY: confined to the connection's event loop, as its superclass.
        private var body: [UInt8] = []

        override func receivedData(_ bytes: UnsafeBufferPointer<UInt8>) {
            body += bytes
            releaseWindow(byteCount: bytes.count)
        }

        override func receivedEnd() {
            respond(HTTP2Headers([":status": "200"], isPermanent: false))
            send(body)
            end(trailers: HTTP2Headers(["x-count": "\(body.count)"]))
        }
    }

    /// Gathers an answer.
    private final class AskingStream: HTTP2Stream, @unchecked Sendable {
        // SAFETY: confined to the connection's event loop, as its superclass.
        private var fields: [String] = []
        private var byteCount = 0
        private let done: EventLoopPromise<(fields: [String], byteCount: Int, code: HTTP2ErrorCode?)>

        init(
            connection: HTTP2Connection,
            done: EventLoopPromise<(fields: [String], byteCount: Int, code: HTTP2ErrorCode?)>
        ) {
            self.done = done
            super.init(connection: connection)
        }

        override func receivedHeader(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
            fields.append(String(decoding: name, as: UTF8.self) + "=" + String(decoding: value, as: UTF8.self))
        }

        override func receivedData(_ bytes: UnsafeBufferPointer<UInt8>) {
            byteCount += bytes.count
            releaseWindow(byteCount: bytes.count)
        }

        override func closed(_ code: HTTP2ErrorCode?) {
            done.succeed((fields, byteCount, code))
        }
    }

    private func connect(
        configuration: HTTP2Configuration = .init(), makeStream: @escaping @Sendable (HTTP2Connection) -> HTTP2Stream
    ) async throws -> (server: any Channel, client: HTTP2Connection) {
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = HTTP2Connection(
                        role: .server, configuration: configuration, eventLoop: channel.eventLoop,
                        logger: Self.logger, listener: .init(makeStream: makeStream))
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let ready = group.next().makePromise(of: HTTP2Connection.self)
        _ = try await ClientBootstrap(group: ready.futureResult.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = HTTP2Connection(
                        role: .client, configuration: .init(), eventLoop: channel.eventLoop, logger: Self.logger,
                        listener: .init(
                            ready: { ready.succeed($0) }, closed: { _ in ready.fail(ChannelError.eof) }))
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0).get()
        return (server, try await ready.futureResult.get())
    }

    private func ask(
        _ connection: HTTP2Connection, _ body: [UInt8], thenReset: Bool = false
    ) async throws -> (fields: [String], byteCount: Int, code: HTTP2ErrorCode?) {
        let done = connection.eventLoop.makePromise(of: (fields: [String], byteCount: Int, code: HTTP2ErrorCode?).self)
        connection.eventLoop.execute {
            let stream = AskingStream(connection: connection, done: done)
            let headers = HTTP2Headers([
                ":method": "POST", ":scheme": "http", ":path": "/", ":authority": "test",
            ])
            guard stream.request(headers) else { return done.succeed(([], 0, nil)) }
            stream.send(body)
            if thenReset { stream.reset(.cancel) } else { stream.end() }
        }
        return try await done.futureResult.get()
    }

    @Test("a body of any size comes back, with its trailers", arguments: [0, 1, 16_384, 65_535, 65_536, 3_000_000])
    func echo(count: Int) async throws {
        let (server, client) = try await connect { EchoStream(connection: $0) }
        let answer = try await ask(client, [UInt8](repeating: 1, count: count))
        #expect(answer.fields == [":status=200", "x-count=\(count)"])
        #expect(answer.byteCount == count && answer.code == .noError)
        client.eventLoop.execute { client.close() }
        try await server.close()
    }

    @Test("more streams than are allowed at once wait their turn")
    func manyStreams() async throws {
        var configuration = HTTP2Configuration()
        configuration.concurrentStreamsMax = 3
        let (server, client) = try await connect(configuration: configuration) { EchoStream(connection: $0) }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for count in 0..<100 {
                group.addTask { try await ask(client, [UInt8](repeating: 1, count: count * 100)).byteCount }
            }
            var total = 0
            for try await count in group { total += count }
            #expect(total == (0..<100).reduce(0) { $0 + $1 * 100 })
        }
        client.eventLoop.execute { client.close() }
        try await server.close()
    }

    @Test("a reset stream is over for its owner, and the connection goes on")
    func reset() async throws {
        let (server, client) = try await connect { EchoStream(connection: $0) }
        #expect(try await ask(client, [1, 2, 3], thenReset: true).code == .cancel)
        #expect(try await ask(client, [1, 2, 3]).byteCount == 3)
        client.eventLoop.execute { client.close() }
        try await server.close()
    }

    @Test("a stream whose connection is lost ends without a code")
    func lost() async throws {
        // A stream that never answers.
        let (server, client) = try await connect { HTTP2Stream(connection: $0) }
        async let answer = ask(client, [1])
        // Whether it was opened before the connection goes or finds it gone, it ends.
        try await client.eventLoop.submit {}.get()
        client.eventLoop.execute { client.close() }
        let outcome = try await answer
        #expect(outcome.code == nil && outcome.fields.isEmpty)
        try await server.close()
    }
}
