import NIOCore

/// Turns the closing of one direction into the closing of both, above a TLS handler that knows whole connections only.
///
/// HTTP closes its own direction after the last answer; everything of it has been flushed by then.
final class FullCloseHandler: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        context.close(mode: mode == .output ? .all : mode, promise: promise)
    }
}
