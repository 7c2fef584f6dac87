package import NIOCore
import NIOTLS

/// TLS (RFC 8446, RFC 5246) for one channel: plain bytes on the side of the next handlers, records on the wire's side.
///
/// When the handshake is done it fires `TLSUserEvent.handshakeCompleted` with the protocol chosen by ALPN.
///
/// **Guarantees** Nothing is passed on before the handshake is done. A close sends the closing notice first; a
/// connection that the peer drops without one is reported as `truncated`. Write promises complete when the records are
/// on the wire.
///
/// **Concurrency** Belongs to its channel's event loop.
package final class TLSHandler: ChannelDuplexHandler {
    /// Records of the peer.
    package typealias InboundIn = ByteBuffer
    /// Decrypted bytes.
    package typealias InboundOut = ByteBuffer
    /// Bytes to encrypt.
    package typealias OutboundIn = ByteBuffer
    /// Records for the peer.
    package typealias OutboundOut = ByteBuffer

    enum State {
        /// Not connected yet.
        case idle
        /// The handshake is under way; writes wait.
        case handshaking
        /// Bytes flow.
        case open
        /// We sent the closing notice, or failed; what comes in is dropped.
        case closing
    }

    private struct Write {
        var buffer: ByteBuffer
        var promise: EventLoopPromise<Void>?
    }

    private let session: SSLSession
    private let handshakeTimeout: Duration
    private let contextOwner: AnyObject
    private var state = State.idle
    private var writes = MarkedCircularBuffer<Write>(initialCapacity: 8)
    private var handshakeTimer: Scheduled<Void>?
    private var peerHasClosed = false

    init(session: SSLSession, handshakeTimeout: Duration, keepingAlive contextOwner: AnyObject) {
        self.session = session
        self.handshakeTimeout = handshakeTimeout
        self.contextOwner = contextOwner
    }

    // MARK: Life

    /// Starts the handshake when the channel is open already.
    package func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { startHandshake(context) }
    }

    /// Starts the handshake.
    package func channelActive(context: ChannelHandlerContext) {
        startHandshake(context)
        context.fireChannelActive()
    }

    /// Fails what waits, and says so when the peer left without its closing notice.
    package func channelInactive(context: ChannelHandlerContext) {
        handshakeTimer?.cancel()
        let wasOpen = state == .open
        state = .closing
        failWrites(TLSError(.closed, "the connection was closed before these bytes were sent"))
        if wasOpen && !peerHasClosed {
            context.fireErrorCaught(TLSError(.truncated, "the peer left without the closing notice of TLS"))
        }
        context.fireChannelInactive()
    }

    /// Fails what waits.
    package func handlerRemoved(context: ChannelHandlerContext) {
        handshakeTimer?.cancel()
        failWrites(TLSError(.closed, "the connection was closed before these bytes were sent"))
    }

    private func startHandshake(_ context: ChannelHandlerContext) {
        guard case .idle = state else { return }
        state = .handshaking
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        handshakeTimer = context.eventLoop.scheduleTask(in: TimeAmount(handshakeTimeout)) {
            let (handler, context) = bound.value
            guard case .handshaking = handler.state else { return }
            handler.fail(TLSError(.handshakeTimedOut, "the peer did not complete the TLS handshake in time"), context)
        }
        continueHandshake(context)
    }

    private func continueHandshake(_ context: ChannelHandlerContext) {
        do {
            let progress = try session.handshake()
            sendRecords(context)
            switch progress {
            case .needsInput: return
            case .peerClosed: return close(context: context, mode: .all, promise: nil)
            case .done: break
            }
        } catch {
            sendRecords(context)
            return fail(error, context)
        }
        handshakeTimer?.cancel()
        handshakeTimer = nil
        state = .open
        context.fireUserInboundEventTriggered(
            TLSUserEvent.handshakeCompleted(negotiatedProtocol: session.negotiatedProtocol))
        encryptMarked(context)
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        guard state != .closing else { return }
        state = .closing
        failWrites(error)
        context.fireErrorCaught(error)
        context.close(promise: nil)
    }

    // MARK: In

    /// Decrypts records and passes on what they hold.
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard state != .closing else { return }
        session.receive(unwrapInboundIn(data))
        if case .handshaking = state { continueHandshake(context) }
        if case .open = state { decrypt(context) }
    }

    /// Passes on the end of the read cycle, and asks for more where the handshake needs it.
    package func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
    }

    private func decrypt(_ context: ChannelHandlerContext) {
        while case .open = state {
            var plain = context.channel.allocator.buffer(capacity: 16 * 1024)
            var progress = SSLSession.Progress.done
            do {
                // Several small records travel on in one buffer.
                repeat {
                    progress = try session.read(into: &plain)
                } while progress == .done && plain.readableBytes < 64 * 1024
            } catch {
                sendRecords(context)
                return fail(error, context)
            }
            if plain.readableBytes > 0 { context.fireChannelRead(wrapInboundOut(plain)) }
            switch progress {
            case .done: continue
            case .needsInput:
                // Tickets and key updates are answered without anybody writing.
                return sendRecords(context)
            case .peerClosed:
                peerHasClosed = true
                context.fireChannelReadComplete()
                return close(context: context, mode: .all, promise: nil)
            }
        }
    }

    // MARK: Out

    /// Keeps the bytes until the next flush.
    package func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard state != .closing else {
            promise?.fail(TLSError(.closed, "the connection takes no more data"))
            return
        }
        writes.append(Write(buffer: unwrapOutboundIn(data), promise: promise))
    }

    /// Encrypts and sends what was written.
    package func flush(context: ChannelHandlerContext) {
        writes.mark()
        guard case .open = state else { return context.flush() }
        encryptMarked(context)
    }

    /// Sends the closing notice, then closes.
    package func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all else {
            promise?.fail(ChannelError.operationUnsupported)
            return
        }
        if case .open = state {
            encryptMarked(context)
            session.close()
            sendRecords(context)
        }
        state = .closing
        failWrites(TLSError(.closed, "the connection was closed before these bytes were sent"))
        context.close(mode: mode, promise: promise)
    }

    private func encryptMarked(_ context: ChannelHandlerContext) {
        var promises: [EventLoopPromise<Void>] = []
        while case .open = state, writes.hasMark {
            var write = writes.removeFirst()
            if let promise = write.promise { promises.append(promise) }
            do {
                try session.write(&write.buffer)
            } catch {
                for promise in promises { promise.fail(error) }
                return fail(error, context)
            }
        }
        sendRecords(context, completing: promises)
    }

    private func sendRecords(_ context: ChannelHandlerContext, completing promises: [EventLoopPromise<Void>] = []) {
        guard let records = session.takeOutput(context.channel.allocator) else {
            for promise in promises { promise.succeed(()) }
            return
        }
        guard let last = promises.last else {
            return context.writeAndFlush(wrapOutboundOut(records), promise: nil)
        }
        for promise in promises.dropLast() { last.futureResult.cascade(to: promise) }
        context.writeAndFlush(wrapOutboundOut(records), promise: last)
    }

    private func failWrites(_ error: any Error) {
        while let write = writes.popFirst() {
            write.promise?.fail(error)
        }
    }
}

extension TLSHandler.State: Equatable {}

// The handler is confined to its event loop; NIO checks that it is added there.
@available(*, unavailable)
extension TLSHandler: Sendable {}
