import NIOCore
import NIOPosix
import NIOTLS
import Synchronization
import TLS
import Testing

@Suite("TLS over a socket", .timeLimit(.minutes(15)))
struct TLSTransferTests {
    /// What one connection came to, as its client saw it.
    private struct Outcome: Sendable {
        var received: [UInt8] = []
        var negotiated: String??
        var error: TLSError?
    }

    /// Sends back what it is sent.
    private final class Echo: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            context.writeAndFlush(data, promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }

    /// Sends a payload when the handshake is done, and reports when it came back, or when the connection ended.
    private final class Client: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let payload: [UInt8]
        private let done: EventLoopPromise<Outcome>
        private var outcome = Outcome()

        init(payload: [UInt8], done: EventLoopPromise<Outcome>) {
            self.payload = payload
            self.done = done
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case .handshakeCompleted(let negotiated) = event as? TLSUserEvent else { return }
            outcome.negotiated = .some(negotiated)
            var start = 0
            // Pieces of growing size, flushed together and apart.
            while start < payload.count {
                let end = min(payload.count, start + max(1, start / 2))
                context.write(wrapOutboundOut(ByteBuffer(bytes: payload[start..<end])), promise: nil)
                if start.isMultiple(of: 3) { context.flush() }
                start = end
            }
            context.flush()
            if payload.isEmpty { context.close(promise: nil) }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            outcome.received += unwrapInboundIn(data).readableBytesView
            if outcome.received.count >= payload.count { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            outcome.error = outcome.error ?? error as? TLSError
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            done.succeed(outcome)
        }
    }

    private func exchange(
        _ payload: [UInt8], server: TLSServerContext, client: TLSClientContext, host: String = "localhost"
    ) async throws -> Outcome {
        let group = MultiThreadedEventLoopGroup.singleton
        let listening = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([server.makeHandler(), Echo()])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let done = group.next().makePromise(of: Outcome.self)
        _ = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        client.makeHandler(host: host), Client(payload: payload, done: done),
                    ])
                }
            }
            .connect(host: "127.0.0.1", port: listening.localAddress?.port ?? 0).get()
        let outcome = try await done.futureResult.get()
        try await listening.close()
        return outcome
    }

    @Test("bytes come back as they were sent", arguments: [0, 1, 16_383, 16_384, 16_385, 5_000_000])
    func echo(count: Int) async throws {
        let files = try TestCertificates()
        defer { files.remove() }
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let outcome = try await exchange(
            payload, server: files.server(protocols: ["h2"]), client: files.client(protocols: ["http/1.1", "h2"]))
        #expect(outcome.received == payload)
        #expect(outcome.negotiated == .some("h2"))
        #expect(outcome.error == nil)
    }

    @Test(
        "the server's first choice that the client offers is taken; a client may offer none",
        arguments: [
            (["h2", "http/1.1"], ["http/1.1", "h2"], "h2"), (["http/1.1"], ["h2", "http/1.1"], "http/1.1"),
            (["h2"], [], nil),
        ] as [([String], [String], String?)])
    func applicationProtocol(server: [String], client: [String], chosen: String?) async throws {
        let files = try TestCertificates()
        defer { files.remove() }
        let outcome = try await exchange(
            [1], server: files.server(protocols: server), client: files.client(protocols: client))
        #expect(outcome.negotiated == .some(chosen) && outcome.received == [1])
    }

    @Test("without a common protocol there is no connection")
    func noCommonProtocol() async throws {
        let files = try TestCertificates()
        defer { files.remove() }
        let outcome = try await exchange(
            [1], server: files.server(protocols: ["h2"]), client: files.client(protocols: ["http/1.1"]))
        #expect(outcome.received.isEmpty && outcome.error?.reason == .handshakeFailed)
    }

    @Test("a certificate for another name, or of an unknown authority, is refused")
    func untrusted() async throws {
        let (files, others) = (try TestCertificates(), try TestCertificates())
        defer {
            files.remove()
            others.remove()
        }
        for (client, host) in [
            (try files.client(protocols: []), "example.org"), (try files.client(protocols: []), "127.0.0.2"),
            (try others.client(protocols: []), "localhost"),
        ] {
            let outcome = try await exchange([1], server: files.server(protocols: []), client: client, host: host)
            #expect(outcome.received.isEmpty && outcome.error?.reason == .handshakeFailed, "\(host)")
        }
        let byAddress = try await exchange(
            [1], server: files.server(protocols: []), client: files.client(protocols: []), host: "127.0.0.1")
        #expect(byAddress.received == [1])
    }

    @Test("a server that asks for client certificates serves only those it trusts")
    func clientCertificates() async throws {
        let (files, others) = (try TestCertificates(), try TestCertificates())
        defer {
            files.remove()
            others.remove()
        }
        let server = try files.server(protocols: [], verifyingClients: true)
        let known = try TLSClientContext(
            authorityPath: files.chainPath, certificateChainPath: files.chainPath, privateKeyPath: files.keyPath,
            protocols: [])
        #expect(try await exchange([7], server: server, client: known).received == [7])
        let stranger = try TLSClientContext(
            authorityPath: files.chainPath, certificateChainPath: others.chainPath, privateKeyPath: others.keyPath,
            protocols: [])
        #expect(try await exchange([7], server: server, client: stranger).received.isEmpty)
        #expect(try await exchange([7], server: server, client: files.client(protocols: [])).received.isEmpty)
    }

    @Test("bytes that are not TLS end the connection, whatever they are", arguments: UInt8(0)...20)
    func noise(first: UInt8) async throws {
        let files = try TestCertificates()
        defer { files.remove() }
        let server = try files.server(protocols: [])
        let group = MultiThreadedEventLoopGroup.singleton
        let listening = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        server.makeHandler(handshakeTimeout: .milliseconds(200)), Echo(),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let channel = try await ClientBootstrap(group: group).connect(
            host: "127.0.0.1", port: listening.localAddress?.port ?? 0
        ).get()
        let bytes = (0..<200).map { UInt8(truncatingIfNeeded: Int(first) + $0 * 13) }
        try? await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get()
        // Closed at once when it is refused, and at the latest when the handshake takes too long.
        try await channel.closeFuture.get()
        try await listening.close()
    }

    @Test("files that cannot be used are named")
    func badFiles() throws {
        let files = try TestCertificates()
        let others = try TestCertificates()
        defer {
            files.remove()
            others.remove()
        }
        let wrong = [
            ("/nowhere/cert.pem", files.keyPath), (files.chainPath, "/nowhere/key.pem"),
            (files.chainPath, others.keyPath),
        ]
        for (chain, key) in wrong {
            let error = #expect(throws: TLSError.self) {
                try TLSServerContext(certificateChainPath: chain, privateKeyPath: key, protocols: ["h2"])
            }
            #expect(error?.reason == .badConfiguration)
            #expect(error?.message.contains(chain == files.chainPath ? key : chain) == true)
        }
    }
}
