import CNGHTTP2
public import Logging
public import NIOCore

/// One HTTP/2 connection (RFC 9113) as a channel handler: nghttp2 speaks the protocol, the channel moves the bytes.
///
/// **Guarantees** All answers that become ready while one batch of input is read leave in one write. Nothing a peer
/// sends makes the queues grow without limit: while the peer does not read, neither do we (server side), and nghttp2
/// bounds SETTINGS, PING, CONTINUATION and RST_STREAM floods.
///
/// **Concurrency** Belongs to its channel's event loop.
public final class HTTP2Connection: @unchecked Sendable {
    // SAFETY: @unchecked Sendable because references travel to tasks that come back to the event loop before using
    // them.

    /// Which side of the connection we are.
    public enum Role: Sendable {
        /// The peer opens streams.
        case server
        /// We open streams.
        case client
    }

    /// What the owner of a connection wants to hear of.
    public struct Listener {
        /// Makes the stream for a request that begins.
        public var makeStream: (HTTP2Connection) -> HTTP2Stream
        /// The connection takes no new streams from now on; those that it has may end.
        public var willClose: (HTTP2Connection) -> Void
        /// The peer's first SETTINGS came: the connection is usable.
        public var ready: (HTTP2Connection) -> Void
        /// A batch of input was read, and every callback of it has come.
        public var inputEnded: (HTTP2Connection) -> Void
        /// The channel is closed; called once.
        public var closed: (HTTP2Connection) -> Void

        /// Makes a listener; what is left out is not listened to.
        public init(
            makeStream: @escaping (HTTP2Connection) -> HTTP2Stream = { HTTP2Stream(connection: $0) },
            willClose: @escaping (HTTP2Connection) -> Void = { _ in },
            ready: @escaping (HTTP2Connection) -> Void = { _ in },
            inputEnded: @escaping (HTTP2Connection) -> Void = { _ in },
            closed: @escaping (HTTP2Connection) -> Void = { _ in }
        ) {
            self.makeStream = makeStream
            self.willClose = willClose
            self.ready = ready
            self.inputEnded = inputEnded
            self.closed = closed
        }
    }

    /// Which side of the connection we are.
    public let role: Role
    /// The limits and timings.
    public let configuration: HTTP2Configuration
    /// How many streams are open.
    public private(set) var openStreamCount = 0
    /// How many bytes of all streams wait for the peer to take them.
    public internal(set) var unsentByteCount = 0
    /// The event loop that everything of this connection belongs to.
    public let eventLoop: any EventLoop

    let listener: Listener
    let logger: Logger
    var context: ChannelHandlerContext?
    var headersStream: HTTP2Stream?
    var liveness: ConnectionLiveness
    var drain = ConnectionDrain.starting(leavesAtOnce: false)
    var flushing = ConnectionFlush()
    var session: OpaquePointer?
    private var firstStream: HTTP2Stream?
    private var clock: Scheduled<Void>?
    private var output = ByteBuffer()

    /// Makes the handler for a channel on this event loop.
    public init(
        role: Role, configuration: HTTP2Configuration, eventLoop: any EventLoop, logger: Logger, listener: Listener
    ) {
        self.role = role
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
        self.listener = listener
        liveness = ConnectionLiveness(configuration: configuration, now: .now())
    }

    // The session holds an unretained pointer to this object; it is gone before the object is.
    deinit { nghttp2_session_del(session) }

    // MARK: The session

    /// The session, unless the connection is closed.
    var usableSession: OpaquePointer? { drain == .closed ? nil : session }

    func start(_ context: ChannelHandlerContext) {
        guard session == nil, drain != .closed else { return }
        self.context = context
        output = context.channel.allocator.buffer(capacity: 16 * 1024)
        session = HTTP2Connection.makeSession(self)
        guard session != nil else { return close() }
        liveness = ConnectionLiveness(configuration: configuration, now: .now())
        tick()
        if case .announce = drain.started() { announceShutdown() }
        flush()
    }

    /// Runs a call into nghttp2 during which callbacks come; the session is not written from inside them.
    func inSession<Result>(_ body: () -> Result) -> Result {
        flushing.sessionEntered()
        defer { flushing.sessionLeft() }
        return body()
    }

    /// Asks for a flush soon: at the end of the read cycle, or in the loop's next turn.
    public func setNeedsFlush() {
        assertInLoop()
        perform(flushing.needed())
    }

    private func perform(_ action: ConnectionFlush.OnNeeded) {
        guard case .scheduleTurn = action else { return }
        eventLoop.execute {
            if self.flushing.turnCame() { self.flush() }
        }
    }

    /// Hands everything that may be sent to the channel, in one write unless there is very much of it.
    func flush() {
        guard let session = usableSession, let context, flushing.begins() else { return }
        // Something may ask for more while the channel is being written to.
        defer { perform(flushing.ended(isWritable: context.channel.isWritable)) }
        while context.channel.isWritable, usableSession != nil {
            output.clear()
            var isEmptied = false
            while output.readableBytes < 256 * 1024 {
                var bytes: UnsafePointer<UInt8>?
                let count = inSession { nghttp2_session_mem_send(session, &bytes) }
                guard count > 0 else {
                    isEmptied = true
                    break
                }
                output.writeBytes(UnsafeRawBufferPointer(start: bytes, count: count))
            }
            flushing.taken()
            if output.readableBytes > 0 { context.writeAndFlush(wrapOutboundOut(output), promise: nil) }
            if isEmptied { break }
        }
        if let session = usableSession, nghttp2_session_want_read(session) == 0,
            nghttp2_session_want_write(session) == 0
        {
            close()
        }
    }

    /// Closes the channel.
    public func close() {
        assertInLoop()
        guard drain != .closed else { return }
        context?.close(promise: nil)
    }

    func tearDown() {
        guard drain != .closed else { return }
        drain = .closed
        clock?.cancel()
        while let stream = firstStream {
            release(stream, code: nil)
        }
        headersStream = nil
        context = nil
        listener.closed(self)
    }

    // MARK: The streams

    func adopt(_ stream: HTTP2Stream) {
        stream.next = firstStream
        firstStream?.previous = stream
        firstStream = stream
        openStreamCount += 1
        liveness.openStreamCountChanged(openStreamCount, now: .now())
    }

    func release(_ stream: HTTP2Stream, code: HTTP2ErrorCode?) {
        guard !stream.isClosed else { return }
        stream.isClosed = true
        if headersStream === stream { headersStream = nil }
        let next = stream.next
        next?.previous = stream.previous
        if let previous = stream.previous {
            previous.next = next
        } else {
            firstStream = next
        }
        stream.next = nil
        stream.previous = nil
        stream.dropUnsent()
        openStreamCount -= 1
        if openStreamCount == 0 { liveness.openStreamCountChanged(0, now: .now()) }
        stream.closed(code)
    }

    // MARK: The clock

    private func tick() {
        clock = eventLoop.scheduleTask(in: .nanoseconds(liveness.tickInterval.nanoseconds)) { [weak self] in
            guard let self, usableSession != nil else { return }
            perform(liveness.ticked(now: .now()))
            resetUnsentStreams(now: .now())
            if usableSession != nil { tick() }
        }
    }

    private func resetUnsentStreams(now: NIODeadline) {
        guard let limit = configuration.unsentTimeout else { return }
        var stream = firstStream
        while let current = stream {
            // A reset is carried out when the session is written, so that the list stays as it is meanwhile.
            stream = current.next
            current.resetWhenUnsent(for: TimeAmount(limit), now: now)
        }
    }

    /// Fails in a debug build when the caller is on another thread than the connection's.
    @inlinable
    public func assertInLoop() { eventLoop.assertInEventLoop() }

    static func text(of code: Int) -> String {
        nghttp2_strerror(Int32(truncatingIfNeeded: code)).map { String(cString: $0) } ?? "\(code)"
    }
}
