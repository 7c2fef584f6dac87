import CNGHTTP2
import Logging
public import NIOCore

extension HTTP2Connection: ChannelDuplexHandler {
    /// Bytes of the peer.
    public typealias InboundIn = ByteBuffer
    /// Nothing is passed on.
    public typealias InboundOut = Never
    /// Nothing is taken from other handlers.
    public typealias OutboundIn = Never
    /// Bytes for the peer.
    public typealias OutboundOut = ByteBuffer

    /// Starts the session when the channel is open already.
    public func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { start(context) }
    }

    /// Starts the session.
    public func channelActive(context: ChannelHandlerContext) {
        start(context)
        context.fireChannelActive()
    }

    /// Feeds the session.
    public func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let session = usableSession else { return }
        liveness.received(now: .now())
        let input = unwrapInboundIn(data)
        let taken = input.withUnsafeReadableBytes { bytes in
            inSession { nghttp2_session_mem_recv(session, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count) }
        }
        guard taken < 0 else { return }
        // nghttp2 answers ordinary protocol errors with GOAWAY by itself; these are beyond an answer (a wrong preface,
        // a flood).
        logger.debug("connection ended by its peer's fault", metadata: ["cause": "\(HTTP2Connection.text(of: taken))"])
        flush()
        close()
    }

    /// Writes what the read cycle produced.
    public func channelReadComplete(context: ChannelHandlerContext) {
        listener.inputEnded(self)
        flush()
        context.fireChannelReadComplete()
    }

    /// Reads on, unless the peer does not read what it was sent.
    public func read(context: ChannelHandlerContext) {
        let onRead = flushing.readAsked(isServer: role == .server, isWritable: context.channel.isWritable)
        if case .read = onRead { context.read() }
    }

    /// Writes and reads on when the peer has read.
    public func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            flush()
            if flushing.becameWritable() { context.read() }
        }
        context.fireChannelWritabilityChanged()
    }

    /// Ends the connection.
    public func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("connection failed", metadata: ["cause": "\(type(of: error))"])
        close()
    }

    /// Ends every stream.
    public func channelInactive(context: ChannelHandlerContext) {
        tearDown()
        context.fireChannelInactive()
    }

    /// Ends every stream.
    public func handlerRemoved(context: ChannelHandlerContext) {
        tearDown()
    }
}
