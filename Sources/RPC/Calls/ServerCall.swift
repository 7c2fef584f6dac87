import HTTP2
import Logging
import NIOCore

/// One call as the server sees it.
final class ServerCall: MessageStream, @unchecked Sendable {
    // SAFETY: @unchecked as its superclass: confined to the connection's event loop; the handler's task hands its
    // outcome back to the loop before it touches the call.

    /// How many bytes a call may send before it was let in.
    static let firstWindowBytes = 64 * 1024
    /// How many bytes of a stream that was let in may be on their way unread.
    static let streamWindowBytes = 256 * 1024

    let server: ServerConnection
    var state = ServerCallState()
    var startedAt = NIODeadline.distantPast
    var method: RPCMethod?

    private var tasks = ServerCallTasks()
    private var task: Task<Void, Never>?
    private var timer: Scheduled<Void>?

    private var request = RequestHeaders()
    /// What the handler will know, once the call was let in.
    private var context: RPCContext?
    /// What of the body came before that.
    private var early: [UInt8] = []
    private var message: [UInt8]?
    private var heldBytes = HeldBytes()
    private var isCountedByMethod = false
    private var keepsConnection = false

    init(connection: HTTP2Connection, server: ServerConnection) {
        self.server = server
        super.init(connection: connection, messageBytesMax: server.service.configuration.messageBytesMax)
    }

    // MARK: The request

    override func receivedHeader(name: UnsafeBufferPointer<UInt8>, value: UnsafeBufferPointer<UInt8>) {
        guard state.phase == .receivingHeaders else { return }
        request.add(name: name, value: value, server: server, method: &method)
    }

    override func receivedHeaders() {
        // What follows the body is not part of gRPC's requests.
        guard state.phase == .receivingHeaders else { return }
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
            _ = state.failed()
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
        switch state.onBytes {
        case .keep:
            early.append(contentsOf: bytes)
            hold()
        case .addToMessage:
            releaseWindow(byteCount: bytes.count)
            var isSecond = false
            accept(bytes) { message in
                if state.messageCame() { self.message = message } else { isSecond = true }
            }
            if isSecond || message != nil && deframer.isInsideMessage { end(throwing: RPCMethod.cardinality) }
        case .passOn:
            guard let inbound else { return releaseWindow(byteCount: bytes.count) }
            var failure: RPCError?
            do throws(RPCError) {
                try deframe(bytes) { message in
                    // It is counted with the queue from here on, not twice.
                    release()
                    if failure == nil, !inbound.put(message) { failure = RequestBytes.tooMany }
                }
            } catch {
                failure = failure ?? error
            }
            if let failure {
                failInput(failure)
                return releaseWindow(byteCount: bytes.count)
            }
            hold()
            releaseWindow(byteCount: inbound.bytesToRelease(received: bytes.count))
        case .drop:
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

    /// Takes no more of a stream: the handler answers what came before, and then it fails.
    private func failInput(_ error: RPCError) {
        state.inputFailed()
        deframer = MessageDeframer(messageBytesMax: deframer.messageBytesMax)
        release()
        inbound?.finish(throwingAfterQueue: error)
    }

    /// Counts what the call keeps now. When that is too much for all calls together, a stream takes no more, and any
    /// other call ends.
    private func hold() {
        guard !state.isAnswered else { return }
        var held = early.count + deframer.heldByteCount + (message?.count ?? 0)
        if state.phase == .admitting { held += request.byteCount }
        let change = heldBytes.becomes(held)
        if change < 0 { server.requestBytes.remove(-change) }
        guard change > 0, !server.requestBytes.add(change) else { return }
        if state.phase == .running {
            failInput(RequestBytes.tooMany)
        } else {
            end(throwing: RequestBytes.tooMany)
        }
    }

    private func release() {
        let byteCount = heldBytes.released()
        if byteCount > 0 { server.requestBytes.remove(byteCount) }
    }

    override func willSendMessages() { sendHeaders() }

    override func receivedEnd() {
        switch state.requestEnded(isInsideMessage: deframer.isInsideMessage) {
        case .begin:
            // It stays counted until the handler has ended.
            guard let message else { return }
            self.message = nil
            startSingle(message)
        case .failCutOff: answer(.failure(Self.cutOff))
        case .failCardinality: answer(.failure(RPCMethod.cardinality))
        case .finishInput(let isCutOff): inbound?.finish(throwing: isCutOff ? Self.cutOff : nil)
        case .nothing: break
        }
    }

    private static let cutOff = RPCError(.internal, "the request ended inside a message")

    override func closed(_ code: HTTP2ErrorCode?) {
        if isCountedByMethod, let method { server.counted(method) }
        if keepsConnection { server.callEnded() }
        if state.closed() { observe(.cancelled) }
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
        state.asks()
        // The headers of a caller who is not known yet are counted as well.
        hold()
        guard state.phase == .admitting else { return }
        server.waits(self)
        run {
            var context = context
            try await admission.later(&context)
            return context
        } then: { call, outcome in
            guard call.state.phase == .admitting else { return call.release() }
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
            state.admitted(isSingle: true)
            if !peerHasEnded { server.waits(self) }
        case .streaming(let handler):
            state.admitted(isSingle: false)
            widenWindow(to: Self.streamWindowBytes)
            startStreaming(handler, context)
        }
        if !early.isEmpty, !state.isAnswered {
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
        guard state.begins() else { return }
        run(body) { call, outcome in
            call.release()
            guard !call.state.isAnswered else { return }
            switch outcome {
            case .success: call.answer(outcome)
            case .failure(let error): call.fail(error)
            }
        }
        if tasks.isRunning, !state.isAnswered, let deadline = request.deadline { armDeadline(deadline) }
    }

    /// Runs a task of the call, which begins in place: one that never suspends ends within this read cycle.
    private func run<Outcome: Sendable>(
        _ body: @escaping @Sendable () async throws -> Outcome,
        then: @escaping @Sendable (ServerCall, Result<Outcome, any Error>) -> Void
    ) {
        let number = tasks.begins()
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
        guard tasks.goesOn(number) else { return }
        server.service.handlers.began()
        self.task = task
        if state.isAnswered { task.cancel() }
    }

    private func ran() {
        server.runningHandlerCount -= 1
        if tasks.ended() { server.service.handlers.ended() }
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

    /// The request or its admission did not come with the headers. From now on it has a time limit.
    func armArrivalTimer() {
        guard state.waitsForArrival, timer == nil else { return }
        let limit = ContinuousClock.now + server.service.configuration.requestTimeout
        if let deadline = request.deadline, deadline <= limit { return armDeadline(deadline) }
        armTimer(
            limit, RPCError(.deadlineExceeded, "the request did not arrive in time; nothing was done"))
    }

    private func armDeadline(_ deadline: ContinuousClock.Instant) {
        let words =
            state.phase == .running
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
        guard !state.isAnswered else { return }
        answer(.failure(error))
        stopTask(because: error)
    }

    private func stopTask(because error: RPCError) {
        timer?.cancel()
        timer = nil
        message = nil
        early = []
        // A handler that runs still has its request in its hands.
        if !tasks.isRunning { release() }
        closeQueues(error)
        task?.cancel()
        task = nil
    }
}
