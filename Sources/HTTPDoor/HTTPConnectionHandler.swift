import Admission
import Foundation
import HTTPTypes
import NIOCore

/// One HTTP/1.1 connection: bytes on one side, requests and answers on the other.
///
/// **Guarantees** One request at a time: the next is not begun before the last answer has left this process, so a
/// client that does not read its answers stops being served. Between two steps at most one read's worth of bytes is
/// held. A body is read when it is asked for (``BodyAsked``). Every wait for the client has an end.
///
/// **Concurrency** Belongs to its channel's event loop.
final class HTTPConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = HTTPRequest
    typealias OutboundIn = DoorAnswer
    typealias OutboundOut = ByteBuffer

    private enum State {
        /// Between two requests, or within the head of one.
        case waiting
        /// A request was passed on; its answer is awaited.
        case responding
        /// An answer was written and the system has not taken all of it.
        case sending
        /// Answered; the rest of a body that nobody asked for is dropped.
        case dropping
        /// We send no more; what still comes is dropped for a moment.
        case lingering(bytesLeft: Int)
        case closed
    }

    private let limits: HTTPConnectionLimits
    private let budget: BodyBudget
    private let refuse: @Sendable (HTTPFault) -> DoorAnswer
    /// TLS closes both directions at once.
    private let isTLS: Bool

    private var state = State.waiting
    private var input = ByteBuffer()
    private var parser: RequestHeadParser
    private var head: RequestHead?
    private var unread = UnreadBody(.none)
    private var arriving: ArrivingBody?
    private var share: BodyBudget.Share?
    private var bodyNumber = 0
    /// Set when the rest of the body is not wanted: the connection cannot go on after the answer.
    private var isBodyGivenUp = false
    private var bytesDropped = 0
    private var timer: Scheduled<Void>?
    private var isReadPending = false
    private var hasInputEnded = false
    private var isQuiescing = false

    init(
        limits: HTTPConnectionLimits, budget: BodyBudget, isTLS: Bool,
        refuse: @escaping @Sendable (HTTPFault) -> DoorAnswer
    ) {
        self.limits = limits
        self.budget = budget
        self.isTLS = isTLS
        self.refuse = refuse
        parser = RequestHeadParser(fieldBytesMax: limits.fieldBytesMax)
    }

    // MARK: Life

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { wait(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        wait(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset, or TLS that failed: nothing more can be said on this connection.
        context.close(promise: nil)
    }

    private func end() {
        state = .closed
        timer?.cancel()
        timer = nil
        endBody(.hungUp)
        share?.release()
        share = nil
        input.clear()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: inputEnded(context)
        case is ChannelShouldQuiesceEvent:
            isQuiescing = true
            if case .waiting = state { context.close(promise: nil) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// The client sends no more; one that has asked before still gets its answer.
    private func inputEnded(_ context: ChannelHandlerContext) {
        hasInputEnded = true
        switch state {
        case .waiting, .dropping, .lingering: context.close(promise: nil)
        case .responding: if !unread.isComplete { endBody(.hungUp) }
        case .sending, .closed: break
        }
    }

    // MARK: In

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = Self.unwrapInboundIn(data)
        switch state {
        case .closed: return
        case .lingering(let left):
            guard left > bytes.readableBytes else { return context.close(promise: nil) }
            state = .lingering(bytesLeft: left - bytes.readableBytes)
        case .waiting, .responding, .sending, .dropping:
            if input.readableBytes == 0 {
                if case .waiting = state { arm(limits.headTimeout, context) { $0.refuse(.headTooSlow, $1) } }
                input = bytes
            } else {
                input.writeBuffer(&bytes)
            }
            proceed(context)
        }
    }

    func read(context: ChannelHandlerContext) {
        if wantsInput { context.read() } else { isReadPending = true }
    }

    /// Whether anything that may come now has a place to go: what is not read stays in the system's own buffer, whose
    /// limit stops the sender.
    private var wantsInput: Bool {
        switch state {
        case .waiting, .dropping, .lingering: true
        case .responding: arriving != nil
        case .sending, .closed: false
        }
    }

    private func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadPending, wantsInput else { return }
        isReadPending = false
        context.read()
    }

    /// Goes as far as what has arrived allows.
    private func proceed(_ context: ChannelHandlerContext) {
        switch state {
        case .waiting: readHead(context)
        case .responding: if arriving != nil { readBody(context) }
        case .dropping: dropBody(context)
        case .sending, .lingering, .closed: break
        }
    }

    private func readHead(_ context: ChannelHandlerContext) {
        do throws(HTTPFault) {
            let parsed = input.withUnsafeReadableBytes { bytes in
                Result { () throws(HTTPFault) in try parser.parse(bytes) }
            }
            guard let (head, count) = try parsed.get() else { return }
            input.moveReaderIndex(forwardBy: count)
            self.head = head
            unread = UnreadBody(head.framing)
            state = .responding
            disarm()
            context.fireChannelRead(Self.wrapInboundOut(head.request))
        } catch {
            refuse(error, context)
        }
    }

    // MARK: Body

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let asked = event as? BodyAsked else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        promise?.succeed(())
        ask(asked, context)
    }

    private func ask(_ asked: BodyAsked, _ context: ChannelHandlerContext) {
        guard case .responding = state, arriving == nil else { return asked.body.fail(BodyReading.Refusal.hungUp) }
        guard !unread.isComplete else { return asked.body.succeed([]) }
        guard unread.declaredBytes ?? 0 <= asked.bytesMax else { return asked.body.fail(BodyReading.Refusal.tooLarge) }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let eventLoop = context.eventLoop
        bodyNumber += 1
        let share = budget.begin { [bodyNumber] in
            eventLoop.execute {
                // It may have become whole meanwhile, and another body be arriving.
                if bound.value.handler.bodyNumber == bodyNumber { bound.value.handler.endBody(.overloaded) }
            }
        }
        self.share = share
        arriving = ArrivingBody(asked, share, now: eventLoop.now)
        if head?.expectsContinue == true, input.readableBytes == 0 {
            context.writeAndFlush(Self.wrapOutboundOut(AnswerEncoder.goOn), promise: nil)
        }
        watchBody(context)
        readBody(context)
        if arriving != nil, hasInputEnded { endBody(.hungUp) }
        resumeReading(context)
    }

    private func readBody(_ context: ChannelHandlerContext) {
        do throws(HTTPFault) {
            while let piece = try unread.next(from: &input) {
                if let refusal = arriving?.append(piece, now: context.eventLoop.now) { return endBody(refusal) }
            }
            guard unread.isComplete else { return }
            disarm()
            arriving?.succeed()
            arriving = nil
        } catch {
            endBody(.malformed)
        }
    }

    private func watchBody(_ context: ChannelHandlerContext) {
        arm(ArrivingBody.lookAgain(limits), context) { handler, context in
            guard let arriving = handler.arriving else { return }
            guard !arriving.isTooSlow(handler.limits, now: context.eventLoop.now) else {
                return handler.endBody(.tooSlow)
            }
            handler.watchBody(context)
        }
    }

    /// Gives up on a body; the one that asked for it answers.
    private func endBody(_ refusal: BodyReading.Refusal) {
        guard let arriving else { return }
        if case .closed = state {} else { disarm() }
        self.arriving = nil
        isBodyGivenUp = true
        arriving.fail(refusal)
    }

    private func dropBody(_ context: ChannelHandlerContext) {
        do throws(HTTPFault) {
            while let piece = try unread.next(from: &input) {
                bytesDropped += piece.readableBytes
                guard bytesDropped <= limits.droppedBytesMax else { return lingerAndClose(context) }
            }
        } catch {
            return lingerAndClose(context)
        }
        if unread.isComplete { nextRequest(context) }
    }

    // MARK: Out

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .responding = state else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        send(Self.unwrapOutboundIn(data), context)
        // The writer is not kept waiting for the client: this connection's next request waits instead.
        promise?.succeed(())
    }

    private func refuse(_ fault: HTTPFault, _ context: ChannelHandlerContext) {
        head = nil
        isBodyGivenUp = true
        send(refuse(fault), context)
    }

    private func send(_ answer: DoorAnswer, _ context: ChannelHandlerContext) {
        endBody(.hungUp)
        // The body has served its purpose: a client that does not read the answer keeps no room for bodies.
        share?.release()
        share = nil
        let closes = answer.closes || !mayGoOn
        let method = head?.request.method
        let connection = closes ? "close" : head?.isVersion11 == false ? "keep-alive" : nil
        state = .sending
        arm(limits.answerTimeout, context) { $0.abort($1) }
        let sent = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        sent.futureResult.whenComplete { _ in bound.value.handler.sent(closes: closes, bound.value.context) }
        let head = AnswerEncoder.head(answer, to: method, connection: connection)
        if let body = AnswerEncoder.body(answer, to: method) {
            context.write(Self.wrapOutboundOut(head), promise: nil)
            context.writeAndFlush(Self.wrapOutboundOut(body), promise: sent)
        } else {
            context.writeAndFlush(Self.wrapOutboundOut(head), promise: sent)
        }
    }

    /// Whether the connection can serve another request after this answer.
    private var mayGoOn: Bool {
        guard let head, head.keepsAlive, !isQuiescing, !isBodyGivenUp else { return false }
        guard !unread.isComplete else { return true }
        // A client that waits for 100 Continue will not send the body now, and nobody knows what it sends instead.
        return !head.expectsContinue && unread.declaredBytes ?? 0 <= limits.droppedBytesMax
    }

    /// Resets the connection of a client that does not read: an ordinary close would leave the answer with the system,
    /// in its memory, until it gives up by itself.
    private func abort(_ context: ChannelHandlerContext) {
        _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        context.close(promise: nil)
    }

    /// The system has taken the whole answer.
    private func sent(closes: Bool, _ context: ChannelHandlerContext) {
        guard case .sending = state else { return }
        disarm()
        if closes {
            // Closing over bytes that were not read resets the connection, and the client may lose the answer.
            if unread.isComplete, input.readableBytes == 0, !isBodyGivenUp { return context.close(promise: nil) }
            return lingerAndClose(context)
        }
        guard !unread.isComplete else { return nextRequest(context) }
        state = .dropping
        bytesDropped = 0
        arm(limits.bodyTimeout, context) { $1.close(promise: nil) }
        dropBody(context)
        if case .dropping = state, hasInputEnded { return context.close(promise: nil) }
        resumeReading(context)
    }

    private func nextRequest(_ context: ChannelHandlerContext) {
        head = nil
        parser = RequestHeadParser(fieldBytesMax: limits.fieldBytesMax)
        if input.readableBytes == 0 { input = ByteBuffer() } else { input.discardReadBytes() }
        guard !isQuiescing else { return context.close(promise: nil) }
        wait(context)
        readHead(context)
        if case .waiting = state, input.readableBytes == 0 {
            context.triggerUserOutboundEvent(SeatBecameIdle(), promise: nil)
        }
        context.fireChannelReadComplete()
        if case .waiting = state, hasInputEnded { return context.close(promise: nil) }
        resumeReading(context)
    }

    /// Waits for a request.
    private func wait(_ context: ChannelHandlerContext) {
        state = .waiting
        if input.readableBytes == 0 {
            arm(limits.idleTimeout, context) { $1.close(promise: nil) }
        } else {
            arm(limits.headTimeout, context) { $0.refuse(.headTooSlow, $1) }
        }
    }

    /// Closes our side and drops what still comes, for a moment.
    private func lingerAndClose(_ context: ChannelHandlerContext) {
        input = ByteBuffer()
        guard !hasInputEnded else { return context.close(promise: nil) }
        state = .lingering(bytesLeft: HTTPConnectionLimits.lingeringBytesMax)
        arm(HTTPConnectionLimits.lingering, context) { $1.close(promise: nil) }
        if !isTLS { context.close(mode: .output, promise: nil) }
        resumeReading(context)
    }

    // MARK: Time

    /// The one timer: a connection waits for one thing at a time.
    private func arm(
        _ limit: Duration, _ context: ChannelHandlerContext,
        _ onTime: @escaping (HTTPConnectionHandler, ChannelHandlerContext) -> Void
    ) {
        timer?.cancel()
        let bound = NIOLoopBound((handler: self, context: context, onTime: onTime), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: TimeAmount(limit)) {
            let (handler, context, onTime) = bound.value
            handler.timer = nil
            onTime(handler, context)
        }
    }

    private func disarm() {
        timer?.cancel()
        timer = nil
    }
}

// The handler is confined to its event loop; NIO checks that it is added there.
@available(*, unavailable)
extension HTTPConnectionHandler: Sendable {}
