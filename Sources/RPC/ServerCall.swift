import HTTP2
import Logging
import NIOCore

/// One call as the server sees it.
final class ServerCall: MessageStream, @unchecked Sendable {
    // SAFETY: @unchecked as its superclass: confined to the connection's event loop; the handler's task hands its outcome
    // back to the loop before it touches the call.

    enum State {
        /// Headers come in.
        case receivingHeaders
        /// A unary request's message comes in.
        case receivingMessage
        /// The handler runs.
        case running
        /// The answer's end is queued, or there is nobody to answer; a handler may still run.
        case answered
    }

    let server: ServerConnection
    var state = State.receivingHeaders
    var task: Task<Void, Never>?
    var deadlineTimer: Scheduled<Void>?
    var startedAt = NIODeadline.distantPast
    var headersAreSent = false
    var method: RPCMethod?

    private var request = RequestHeaders()
    private var message: [UInt8]?
    private var heldByteCount = 0
    private var handlerIsRunning = false
    private var isCounted = false

    init(connection: HTTP2Connection, server: ServerConnection) {
        self.server = server
        super.init(connection: connection, messageBytesMax: server.service.configuration.messageBytesMax)
    }

    // MARK: The request

    override func receivedHeader(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        guard case .receivingHeaders = state else { return }
        request.add(name: name, value: value, server: server, method: &method)
    }

    override func receivedHeaders() {
        // What follows the body is not part of gRPC's requests.
        guard case .receivingHeaders = state else { return }
        if !server.service.observers.isEmpty { startedAt = .now() }
        if let refusal = request.httpRefusal { return refuse(refusal) }
        if let refusal = request.refusal(headerListBytesMax: connection.configuration.headerListBytesMax) {
            return answer(.failure(refusal))
        }
        guard let method else {
            return answer(.failure(RPCError(.unimplemented, "the service does not have this method")))
        }
        guard server.runningHandlerCount < 2 * connection.configuration.concurrentStreamsMax else {
            // Nothing was done for the call: the client may send it again.
            state = .answered
            return reset(.refusedStream)
        }
        switch method.body {
        case .unary: state = .receivingMessage
        case .streaming(let handler): startStreaming(handler)
        }
    }

    override func receivedData(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch state {
        case .receivingMessage:
            releaseWindow(byteCount: bytes.count)
            var isSecond = false
            accept(bytes) { message in
                if self.message == nil { self.message = message } else { isSecond = true }
            }
            if isSecond { answer(.failure(RPCMethod.cardinality)) }
        case .running:
            guard let inbound else { return releaseWindow(byteCount: bytes.count) }
            accept(bytes) { inbound.put($0) }
            releaseWindow(byteCount: inbound.bytesToRelease(received: bytes.count))
        case .receivingHeaders, .answered:
            releaseWindow(byteCount: bytes.count)
        }
    }

    private func accept(_ bytes: UnsafeBufferPointer<UInt8>, onMessage: ([UInt8]) -> Void) {
        do throws(RPCError) {
            try deframe(bytes, onMessage: onMessage)
            let held = deframer.heldByteCount
            guard held != heldByteCount else { return }
            server.unfinishedByteCount += held - heldByteCount
            heldByteCount = held
            guard server.unfinishedByteCount <= server.service.configuration.unfinishedBytesMax else {
                throw RPCError(
                    .resourceExhausted, "too many unfinished messages on this connection; send fewer at once")
            }
        } catch {
            end(throwing: error)
        }
    }

    override func willSendMessages() { sendHeaders() }

    override func receivedEnd() {
        switch state {
        case .receivingMessage:
            guard !deframer.isInsideMessage else { return answer(.failure(Self.cutOff)) }
            guard let message, case .unary(let handler) = method?.body else {
                return answer(.failure(RPCMethod.cardinality))
            }
            self.message = nil
            startUnary(handler, message)
        case .running:
            inbound?.finish(throwing: deframer.isInsideMessage ? Self.cutOff : nil)
        case .receivingHeaders, .answered:
            break
        }
    }

    private static let cutOff = RPCError(.internal, "the request ended inside a message")

    override func closed(_ code: HTTP2ErrorCode?) {
        server.unfinishedByteCount -= heldByteCount
        heldByteCount = 0
        if state != .answered {
            state = .answered
            observe(.cancelled)
        }
        stopTask(because: RPCError(.cancelled, code == nil ? "the connection was lost" : "the caller reset the call"))
    }

    // MARK: The handler

    private func startUnary(
        _ handler: @escaping @Sendable ([UInt8], RPCContext) async throws -> [UInt8], _ message: [UInt8]
    ) {
        let context = makeContext()
        let interceptors = server.service.interceptors
        start {
            if interceptors.isEmpty { return try await handler(message, context) }
            var context = context
            for interceptor in interceptors { try await interceptor(&context) }
            return try await handler(message, context)
        }
    }

    private func startStreaming(
        _ handler: @escaping @Sendable (InboundMessages, OutboundMessages, RPCContext) async throws -> Void
    ) {
        let context = makeContext()
        let interceptors = server.service.interceptors
        let (inbound, outbound) = openQueues()
        start {
            var context = context
            for interceptor in interceptors { try await interceptor(&context) }
            try await handler(inbound, outbound, context)
            return []
        }
    }

    private func start(_ body: @escaping @Sendable () async throws -> [UInt8]) {
        state = .running
        handlerIsRunning = true
        server.runningHandlerCount += 1
        let loop = connection.eventLoop
        // The task begins here, on the event loop's thread: a handler that never suspends answers within this read cycle.
        let task = Task.immediate {
            let outcome: Result<[UInt8], any Error>
            do {
                outcome = .success(try await body())
            } catch {
                outcome = .failure(error)
            }
            if loop.inEventLoop {
                self.handlerEnded(outcome)
            } else {
                loop.execute { self.handlerEnded(outcome) }
            }
        }
        guard handlerIsRunning else { return }
        isCounted = true
        server.service.handlers.began()
        self.task = task
        if state == .answered {
            task.cancel()
        } else if let deadline = request.deadline {
            armDeadline(deadline)
        }
    }

    private func handlerEnded(_ outcome: Result<[UInt8], any Error>) {
        handlerIsRunning = false
        server.runningHandlerCount -= 1
        if isCounted { server.service.handlers.ended() }
        task = nil
        deadlineTimer?.cancel()
        deadlineTimer = nil
        guard state != .answered else { return }
        if case .failure(let error) = outcome, !(error is RPCError), !(error is CancellationError) {
            server.service.logger.error(
                "a handler failed", metadata: ["path": "\(method?.path ?? "")", "error": "\(type(of: error))"])
        }
        answer(outcome)
    }

    private func armDeadline(_ deadline: ContinuousClock.Instant) {
        let left = min(ContinuousClock.now.duration(to: deadline), RPCTimeout.timerMax)
        deadlineTimer = connection.eventLoop.scheduleTask(in: TimeAmount(left)) {
            self.end(
                throwing: RPCError(.deadlineExceeded, "the deadline passed; whether the call took effect is not known"))
        }
    }

    /// Answers before the handler does, and stops it.
    private func end(throwing error: RPCError) {
        guard state != .answered else { return }
        answer(.failure(error))
        stopTask(because: error)
    }

    private func stopTask(because error: RPCError) {
        deadlineTimer?.cancel()
        deadlineTimer = nil
        message = nil
        closeQueues(error)
        task?.cancel()
        task = nil
    }

    private func makeContext() -> RPCContext {
        RPCContext(
            path: method?.path ?? "", metadata: request.metadata, deadline: request.deadline, peer: server.peer)
    }
}
