import HTTP2
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TLS
import Waiting

/// Keeps one connection to a server: made when it is first needed, and again after it is lost or the server leaves.
final class ClientChannel: Sendable {
    private enum State {
        /// No connection; `failures` attempts in a row have failed, and none is made before `notBefore`.
        case idle(failures: Int, notBefore: ContinuousClock.Instant?)
        case connecting(EventLoopFuture<HTTP2Connection>, failures: Int)
        case connected(HTTP2Connection)
        case closed
    }

    private let configuration: RPCClientConfiguration
    private let logger: Logger
    private let group: any EventLoopGroup
    private let state = Mutex(State.idle(failures: 0, notBefore: nil))

    init(configuration: RPCClientConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        group = configuration.eventLoopGroup ?? MultiThreadedEventLoopGroup.singleton
    }

    private enum OnWanted {
        case use(HTTP2Connection)
        case await(EventLoopFuture<HTTP2Connection>)
        case connect(EventLoopPromise<HTTP2Connection>)
        case pause(until: ContinuousClock.Instant)
        case refuse
    }

    /// The connection, made when there is none. Concurrent callers share one attempt.
    func connection() async throws -> HTTP2Connection {
        while true {
            switch wanted() {
            case .use(let connection): return connection
            case .await(let future): return try await cancellable(future)
            case .connect(let promise):
                connect(promise)
                return try await cancellable(promise.futureResult)
            case .pause(let until): try await Task.sleep(until: until, clock: .continuous)
            case .refuse: throw RPCError(.cancelled, "the client is closed")
            }
        }
    }

    /// The connection, when there is one.
    var current: HTTP2Connection? {
        state.withLock { state in
            guard case .connected(let connection) = state else { return nil }
            return connection
        }
    }

    /// Waits for the shared attempt, or until our own task is cancelled.
    private func cancellable(_ attempt: EventLoopFuture<HTTP2Connection>) async throws -> HTTP2Connection {
        // A promise takes its first outcome and ignores the second.
        let own = attempt.eventLoop.makePromise(of: HTTP2Connection.self)
        attempt.cascade(to: own)
        return try await withTaskCancellationHandler {
            try await own.futureResult.get()
        } onCancel: {
            own.fail(CancellationError())
        }
    }

    /// Ends the connection when its calls have ended; no new ones are made.
    func close() {
        let former = state.withLock { state in
            defer { state = .closed }
            return state
        }
        if case .connected(let connection) = former {
            connection.eventLoop.execute { connection.beginGracefulShutdown() }
        }
    }

    private func wanted() -> OnWanted {
        state.withLock { state in
            switch state {
            case .connected(let connection): return .use(connection)
            case .connecting(let future, _): return .await(future)
            case .closed: return .refuse
            case .idle(let failures, let notBefore):
                if let notBefore, notBefore > .now { return .pause(until: notBefore) }
                let promise = group.next().makePromise(of: HTTP2Connection.self)
                state = .connecting(promise.futureResult, failures: failures)
                return .connect(promise)
            }
        }
    }

    private func connect(_ promise: EventLoopPromise<HTTP2Connection>) {
        let settled = NIOLoopBoundBox.makeBoxSendingValue(false, eventLoop: promise.futureResult.eventLoop)
        let settle: @Sendable (Result<HTTP2Connection, any Error>) -> Void = { outcome in
            promise.futureResult.eventLoop.execute {
                guard !settled.value else { return }
                settled.value = true
                self.attemptEnded(outcome, promise)
            }
        }
        let timeout = TimeAmount(configuration.connectTimeout)
        promise.futureResult.eventLoop.scheduleTask(in: timeout) {
            settle(.failure(RPCError(.unavailable, "the server did not answer in time")))
        }
        ClientBootstrap(group: promise.futureResult.eventLoop)
            .connectTimeout(timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try self.prepare(channel, settle) }
            }
            .connect(host: configuration.host, port: configuration.port)
            .whenFailure { settle(.failure($0)) }
    }

    private func prepare(
        _ channel: any Channel, _ settle: @escaping @Sendable (Result<HTTP2Connection, any Error>) -> Void
    ) throws {
        var limits = HTTP2Configuration()
        limits.handshakeTimeout = configuration.connectTimeout
        limits.keepaliveInterval = configuration.keepaliveInterval
        let connection = HTTP2Connection(
            role: .client, configuration: limits, eventLoop: channel.eventLoop, logger: logger,
            listener: .init(
                willClose: { self.lost($0) },
                ready: { settle(.success($0)) },
                closed: {
                    self.lost($0)
                    settle(.failure(RPCError(.unavailable, "the server closed the connection; is it a gRPC server?")))
                }))
        if let tls = configuration.tls {
            let name = configuration.tlsServerName ?? configuration.host
            let handler = try tls.makeHandler(host: name, handshakeTimeout: configuration.connectTimeout)
            try channel.pipeline.syncOperations.addHandler(handler)
            try channel.pipeline.syncOperations.addHandler(FailureListener { settle(.failure($0)) })
        }
        try channel.pipeline.syncOperations.addHandler(connection)
    }

    private func attemptEnded(
        _ outcome: Result<HTTP2Connection, any Error>, _ promise: EventLoopPromise<HTTP2Connection>
    ) {
        let wasClosed = state.withLock { state in
            guard case .connecting(_, let failures) = state else { return true }
            switch outcome {
            case .success(let connection): state = .connected(connection)
            case .failure:
                state = .idle(failures: failures + 1, notBefore: .now.advanced(by: pause(afterFailures: failures + 1)))
            }
            return false
        }
        switch outcome {
        case .success(let connection) where wasClosed:
            connection.close()
            promise.fail(RPCError(.cancelled, "the client is closed"))
        case .success(let connection): promise.succeed(connection)
        case .failure(let error as RPCError): promise.fail(error)
        case .failure(let error):
            promise.fail(
                RPCError(
                    .unavailable, "the server at \(configuration.host):\(configuration.port) cannot be reached",
                    cause: error))
        }
    }

    private func pause(afterFailures failures: Int) -> Duration {
        Backoff(base: configuration.reconnectDelay, cap: configuration.reconnectDelayMax, jitter: .equal)
            .pause(afterFailures: failures)
    }

    private func lost(_ connection: HTTP2Connection) {
        state.withLock { state in
            guard case .connected(let current) = state, current === connection else { return }
            state = .idle(failures: 0, notBefore: nil)
        }
    }
}

/// Hears of a failed TLS handshake, which is the reason a client wants to give.
private final class FailureListener: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let onFailure: (any Error) -> Void

    init(onFailure: @escaping (any Error) -> Void) {
        self.onFailure = onFailure
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        onFailure(error)
        context.fireErrorCaught(error)
    }
}
