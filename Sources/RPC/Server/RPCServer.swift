package import Admission
import HTTP2
package import Logging
package import NIOCore
import NIOPosix
import Synchronization
import TLS
import Waiting

/// A gRPC server: listens, runs the router's handlers, and leaves without losing a call.
///
/// ```swift
/// let server = RPCServer(configuration: .init(host: "127.0.0.1", port: 0), router: router, logger: logger)
/// try await server.run()
/// ```
///
/// **Guarantees** Nothing a peer sends stops the server or makes its memory grow without limit; the limits are those of
/// `RPCServerConfiguration`.
///
/// **Concurrency** May be used from any task. `run()` is called once.
package final class RPCServer: Sendable {
    private enum State {
        case idle
        /// Bound; the channel accepts.
        case listening(any Channel)
        /// Asked to leave, or left.
        case stopped
    }

    private let service: RPCService
    private let registry = ConnectionRegistry()
    /// Who counts the connections.
    package let gate: DoorGate
    private let state = Mutex(State.idle)
    private let address = Promise<SocketAddress>()

    /// Makes a server that does not listen yet.
    package init(configuration: RPCServerConfiguration, router: RPCRouter, logger: Logger) {
        service = RPCService(configuration: configuration, router: router, logger: logger)
        gate =
            configuration.gate
            ?? DoorGate(
                door: "rpc", limit: configuration.connectionsMax, remedy: "raise connectionsMax", logger: logger)
    }

    /// How many connections are open.
    package var connectionCount: Int { registry.count }

    /// The address the server listens on; waits until it does.
    ///
    /// **Errors** `RPCError` when the server stopped before it listened; what the system says when it could not listen;
    /// `CancellationError`.
    package var listeningAddress: SocketAddress {
        get async throws {
            try await address.value
        }
    }

    /// Listens and serves until `beginGracefulShutdown()`, or until its task is cancelled; then lets the calls in
    /// flight end, for as long as the drain deadline allows, and waits for every handler to return.
    ///
    /// **Errors** What the system says when the address cannot be listened on.
    package func run() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, service.configuration.eventLoopThreadCount))
        do {
            try await serve(on: group)
        } catch {
            stop(because: error)
            try? await group.shutdownGracefully()
            throw error
        }
        try await group.shutdownGracefully()
    }

    /// Begins to leave: no new connections, GOAWAY to the open ones. Returns at once; `run()` returns when all is done.
    package func beginGracefulShutdown() {
        stop()
    }

    private func serve(on group: MultiThreadedEventLoopGroup) async throws {
        let channel = try await bootstrap(group)
            .bind(host: service.configuration.host, port: service.configuration.port).get()
        guard let address = channel.localAddress, became(listening: channel, at: address) else {
            return try await channel.close()
        }
        service.logger.info("listening", metadata: ["address": "\(address)"])
        await withTaskCancellationHandler {
            try? await channel.closeFuture.get()
        } onCancel: {
            beginGracefulShutdown()
        }
        registry.drain()
        let force = group.any().scheduleTask(in: TimeAmount(service.configuration.drainDeadline)) {
            [registry, service] in
            service.logger.warning("calls did not end in time; closing", metadata: ["connections": "\(registry.count)"])
            registry.closeAll()
        }
        await registry.untilEmpty()
        force.cancel()
        // Their calls are cancelled; a handler that is inside a commit still ends it, and needs its event loop to say
        // so.
        await service.handlers.untilNone()
        service.logger.info("stopped listening", metadata: ["address": "\(address)"])
    }

    private func became(listening channel: any Channel, at address: SocketAddress) -> Bool {
        let isWanted = state.withLock { state in
            guard case .idle = state else { return false }
            state = .listening(channel)
            return true
        }
        if isWanted { self.address.fulfil(address) }
        return isWanted
    }

    private func stop(because error: any Error = RPCError(.unavailable, "the server has stopped")) {
        let former = state.withLock { state in
            defer { state = .stopped }
            return state
        }
        switch former {
        case .idle: address.fail(error)
        case .listening(let channel): channel.close(promise: nil)
        case .stopped: break
        }
    }

    private func bootstrap(_ group: MultiThreadedEventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { [gate] channel in
                channel.pipeline.addHandler(
                    gate.makeHandler { connection, seat in
                        // A connection that was closed meanwhile needs no seat.
                        connection.pipeline.addHandler(SeatHolder(seat)).whenFailure { _ in }
                    })
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { [service, registry] channel in
                channel.eventLoop.makeCompletedFuture {
                    try Self.accept(channel, service: service, registry: registry)
                }
            }
    }

    private static func accept(_ channel: any Channel, service: RPCService, registry: ConnectionRegistry) throws {
        let configuration = service.configuration
        let address = channel.remoteAddress.map { "\($0)" } ?? "unknown"
        let peer = RPCPeer(address: address, isTLS: configuration.tls != nil)
        let seat = try channel.pipeline.syncOperations.handler(type: SeatHolder.self)
        _ = channel.pipeline.syncOperations.removeHandler(seat)
        let server = ServerConnection(service: service, peer: peer, seat: seat.seat)
        let connection = HTTP2Connection(
            role: .server, configuration: HTTP2Configuration(configuration), eventLoop: channel.eventLoop,
            logger: service.logger,
            listener: .init(
                makeStream: { ServerCall(connection: $0, server: server) },
                inputEnded: { _ in server.inputEnded() },
                closed: { connection in
                    server.closed()
                    registry.remove(connection)
                }))
        guard registry.add(connection) else {
            throw RPCError(.unavailable, "the server is stopping")
        }
        do {
            if let tls = configuration.tls {
                let handler = try tls.makeHandler(handshakeTimeout: configuration.handshakeTimeout)
                try channel.pipeline.syncOperations.addHandler(handler)
            }
            try channel.pipeline.syncOperations.addHandler(connection)
        } catch {
            registry.remove(connection)
            throw error
        }
    }
}

extension HTTP2Configuration {
    fileprivate init(_ configuration: RPCServerConfiguration) {
        self.init()
        concurrentStreamsMax = configuration.concurrentStreamsMax
        headerListBytesMax = configuration.headerListBytesMax
        handshakeTimeout = configuration.handshakeTimeout
        keepaliveInterval = configuration.keepaliveInterval
        keepaliveTimeout = configuration.keepaliveTimeout
        idleTimeout = configuration.idleTimeout
        unsentTimeout = configuration.unsentTimeout
        // What a call may send before it was let in; a stream that is let in gets more.
        streamWindowBytes = ServerCall.firstWindowBytes
    }
}

/// Carries a connection's seat from the server channel to where the connection is set up.
private final class SeatHolder: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = ByteBuffer

    let seat: ConnectionSeat

    init(_ seat: ConnectionSeat) { self.seat = seat }
}
