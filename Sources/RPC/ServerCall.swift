import HTTP2
import Logging
import NIOCore

/// One call as the server sees it.
final class ServerCall: MessageStream, @unchecked Sendable {
    // SAFETY: @unchecked as its superclass: confined to the connection's event loop; the handler's task hands its outcome
    // back to the loop before it touches the call.

    /// How many bytes a call may send before it was let in.
    static let firstWindowBytes = 64 * 1024
    /// How many bytes of a stream that was let in may be on their way unread.
    static let streamWindowBytes = 256 * 1024

    /// Up to how many bytes of a call are not counted.
    private static let uncountedBytesMax = 4 * 1024

    enum State {
        /// Headers come in.
        case receivingHeaders
        /// Whether the call may begin is being asked; the body waits. Left when that is known, or by an answer.
        case admitting
        /// The only message of the request comes in.
        case receivingMessage
        /// The handler runs.
        case running
        /// The answer's end is queued, or there is nobody to answer; a handler may still run.
        case answered
    }

    let server: ServerConnection
    var state = State.receivingHeaders
    var task: Task<Void, Never>?
    var timer: Scheduled<Void>?
    var startedAt = NIODeadline.distantPast
    var headersAreSent = false
    var method: RPCMethod?

    private var request = RequestHeaders()
    /// What the handler will know, once the call was let in.
    private var context: RPCContext?
    /// What of the body came before that.
    private var early: [UInt8] = []
    private var message: [UInt8]?
    private var heldByteCount = 0
    private var handlerIsRunning = false
    /// How many tasks of the call have begun.
    private var runNumber = 0
    private var isCountedAsHandler = false
    private var isCountedByMethod = false
    private var keepsConnection = false

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
        guard connection.unsentByteCount <= server.service.configuration.unsentBytesPerConnectionMax else {
            return answer(
                .failure(RPCError(.resourceExhausted, "answers wait on this connection; read them before you ask more"))
            )
        }
        if method.limits.countsCalls {
            guard server.counts(method) else {
                return answer(.failure(RPCError(.resourceExhausted, "too many calls of this method are open")))
            }
            isCountedByMethod = true
        }
        deframer.messageBytesMax = min(deframer.messageBytesMax, method.limits.messageBytesMax)
        admit(method)
    }

    override func receivedData(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch state {
        case .admitting:
            early.append(contentsOf: bytes)
            hold()
        case .receivingMessage:
            releaseWindow(byteCount: bytes.count)
            var isSecond = false
            accept(bytes) { message in
                if self.message == nil { self.message = message } else { isSecond = true }
            }
            if isSecond || message != nil && deframer.isInsideMessage { end(throwing: RPCMethod.cardinality) }
        case .running:
            guard let inbound else { return releaseWindow(byteCount: bytes.count) }
            var fits = true
            accept(bytes) { message in
                // It is counted with the queue from here on, not twice.
                release()
                fits = inbound.put(message) && fits
            }
            if !fits { return end(throwing: RequestBytes.tooMany) }
            releaseWindow(byteCount: inbound.bytesToRelease(received: bytes.count))
        case .receivingHeaders, .answered:
            releaseWindow(byteCount: bytes.count)
        }
    }

    private func accept(_ bytes: UnsafeBufferPointer<UInt8>, onMessage: ([UInt8]) -> Void) {
        do throws(RPCError) {
            try deframe(bytes, onMessage: onMessage)
            hold()
        } catch {
            end(throwing: error)
        }
    }

    /// Counts what the call keeps now, and ends it when that is too much for all calls together.
    private func hold() {
        guard state != .answered else { return }
        var held = early.count + deframer.heldByteCount + (message?.count ?? 0)
        if state == .admitting { held += request.byteCount }
        // Small requests cost less than the call itself, whose number is limited: they pay no atomic operations.
        guard held != heldByteCount, held > Self.uncountedBytesMax || heldByteCount > 0 else { return }
        let change = held - heldByteCount
        heldByteCount = held
        if change < 0 { return server.requestBytes.remove(-change) }
        if !server.requestBytes.add(change) { end(throwing: RequestBytes.tooMany) }
    }

    private func release() {
        guard heldByteCount > 0 else { return }
        server.requestBytes.remove(heldByteCount)
        heldByteCount = 0
    }

    override func willSendMessages() { sendHeaders() }

    override func receivedEnd() {
        switch state {
        case .receivingMessage:
            guard !deframer.isInsideMessage else { return answer(.failure(Self.cutOff)) }
            guard let message else { return answer(.failure(RPCMethod.cardinality)) }
            // It stays counted until the handler has ended.
            self.message = nil
            startSingle(message)
        case .running:
            inbound?.finish(throwing: deframer.isInsideMessage ? Self.cutOff : nil)
        case .receivingHeaders, .admitting, .answered:
            break
        }
    }

    private static let cutOff = RPCError(.internal, "the request ended inside a message")

    override func closed(_ code: HTTP2ErrorCode?) {
        if isCountedByMethod, let method { server.counted(method) }
        if keepsConnection { server.callEnded() }
        if state != .answered {
            state = .answered
            observe(.cancelled)
        }
        stopTask(because: RPCError(.cancelled, code == nil ? "the connection was lost" : "the caller reset the call"))
    }

    // MARK: Letting in

    /// Asks whether the call may begin: before anything of its body is taken, and in place when memory can tell.
    private func admit(_ method: RPCMethod) {
        var context = RPCContext(
            path: method.path, metadata: request.metadata, deadline: request.deadline, peer: server.peer)
        do {
            if let admission = method.admission, try !admission.atOnce(&context) {
                return admitLater(context, admission)
            }
        } catch {
            return answer(.failure(error))
        }
        admitted(context)
    }

    private func admitLater(_ context: RPCContext, _ admission: RPCAdmission) {
        state = .admitting
        // The headers of a caller who is not known yet are counted as well.
        hold()
        guard state == .admitting else { return }
        server.waits(self)
        run {
            var context = context
            try await admission.later(&context)
            return context
        } then: { call, outcome in
            guard case .admitting = call.state else { return call.release() }
            switch outcome {
            case .success(let context):
                call.admitted(context)
                // The read that brought the call may be long over.
                call.armArrivalTimer()
            case .failure(let error): call.fail(error)
            }
        }
    }

    /// The call may begin: its body is taken from here on.
    private func admitted(_ context: RPCContext) {
        guard let method else { return }
        self.context = context
        if method.limits.keepsConnection {
            keepsConnection = true
            server.callBegan()
        }
        switch method.body {
        case .unary, .serverStreaming:
            state = .receivingMessage
            if !peerHasEnded { server.waits(self) }
        case .streaming(let handler):
            widenWindow(to: Self.streamWindowBytes)
            startStreaming(handler, context)
        }
        if !early.isEmpty, state != .answered {
            let bytes = early
            early = []
            bytes.withUnsafeBufferPointer { receivedData($0) }
        }
        hold()
        // When the headers ended the request, the frame's own callback says so once more, which does nothing then.
        if peerHasEnded { receivedEnd() }
    }

    // MARK: The handler

    private func startSingle(_ message: [UInt8]) {
        timer?.cancel()
        timer = nil
        guard let context, let method else { return }
        switch method.body {
        case .unary(let handler):
            start { try await handler(message, context) }
        case .serverStreaming(let handler):
            let (_, outbound) = openQueues()
            start {
                try await handler(message, outbound, context)
                return []
            }
        case .streaming: break
        }
    }

    private func startStreaming(
        _ handler: @escaping @Sendable (InboundMessages, OutboundMessages, RPCContext) async throws -> Void,
        _ context: RPCContext
    ) {
        let (inbound, outbound) = openQueues(counting: server.requestBytes)
        start {
            try await handler(inbound, outbound, context)
            return []
        }
    }

    private func start(_ body: @escaping @Sendable () async throws -> [UInt8]) {
        state = .running
        run(body) { call, outcome in
            call.release()
            guard call.state != .answered else { return }
            switch outcome {
            case .success: call.answer(outcome)
            case .failure(let error): call.fail(error)
            }
        }
        if handlerIsRunning, state != .answered, let deadline = request.deadline { armDeadline(deadline) }
    }

    /// Runs a task of the call, which begins in place: one that never suspends ends within this read cycle.
    private func run<Outcome: Sendable>(
        _ body: @escaping @Sendable () async throws -> Outcome,
        then: @escaping @Sendable (ServerCall, Result<Outcome, any Error>) -> Void
    ) {
        handlerIsRunning = true
        runNumber += 1
        let number = runNumber
        server.runningHandlerCount += 1
        let loop = connection.eventLoop
        let task = Task.immediate {
            let outcome: Result<Outcome, any Error>
            do {
                outcome = .success(try await body())
            } catch {
                outcome = .failure(error)
            }
            if loop.inEventLoop {
                self.ran()
                then(self, outcome)
            } else {
                loop.execute {
                    self.ran()
                    then(self, outcome)
                }
            }
        }
        // A task that ended in place may have begun the next one, which has been counted then.
        guard handlerIsRunning, runNumber == number else { return }
        isCountedAsHandler = true
        server.service.handlers.began()
        self.task = task
        if state == .answered { task.cancel() }
    }

    private func ran() {
        handlerIsRunning = false
        server.runningHandlerCount -= 1
        if isCountedAsHandler { server.service.handlers.ended() }
        isCountedAsHandler = false
        task = nil
        timer?.cancel()
        timer = nil
    }

    /// Answers what a handler, or an admission, has thrown.
    private func fail(_ error: any Error) {
        if !(error is RPCError), !(error is CancellationError) {
            server.service.logger.error(
                "a handler failed", metadata: ["path": "\(method?.path ?? "")", "error": "\(type(of: error))"])
        }
        answer(.failure(error))
    }

    // MARK: Time

    /// The request, or the word whether it may begin, did not come with the headers: from now on it has a time limit.
    func armArrivalTimer() {
        guard state == .receivingMessage || state == .admitting, timer == nil else { return }
        let limit = ContinuousClock.now + server.service.configuration.requestTimeout
        if let deadline = request.deadline, deadline <= limit { return armDeadline(deadline) }
        armTimer(
            limit, RPCError(.deadlineExceeded, "the request did not arrive in time; nothing was done"))
    }

    private func armDeadline(_ deadline: ContinuousClock.Instant) {
        let words =
            state == .running
            ? "the deadline passed; whether the call took effect is not known"
            : "the deadline passed before the request had arrived; nothing was done"
        armTimer(deadline, RPCError(.deadlineExceeded, words))
    }

    private func armTimer(_ instant: ContinuousClock.Instant, _ error: RPCError) {
        let left = min(ContinuousClock.now.duration(to: instant), RPCTimeout.timerMax)
        timer = connection.eventLoop.scheduleTask(in: TimeAmount(left)) { self.end(throwing: error) }
    }

    // MARK: The end

    /// Answers before the handler does, and stops it.
    private func end(throwing error: RPCError) {
        guard state != .answered else { return }
        answer(.failure(error))
        stopTask(because: error)
    }

    private func stopTask(because error: RPCError) {
        timer?.cancel()
        timer = nil
        message = nil
        early = []
        // A handler that runs still has its request in its hands.
        if !handlerIsRunning { release() }
        closeQueues(error)
        task?.cancel()
        task = nil
    }
}
