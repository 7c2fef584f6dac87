import NIOCore

/// Watches the next answer on its way out, next to the socket, and takes itself away.
final class WrittenOnce: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = NIOAny

    private let then: @Sendable () -> Void
    private var writes: [EventLoopFuture<Void>] = []
    private var isFlushed = false

    init(_ then: @escaping @Sendable () -> Void) { self.then = then }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isFlushed else { return context.write(data, promise: promise) }
        let written = promise ?? context.eventLoop.makePromise()
        writes.append(written.futureResult)
        context.write(data, promise: written)
    }

    func flush(context: ChannelHandlerContext) {
        guard !isFlushed, !writes.isEmpty else { return context.flush() }
        isFlushed = true
        let then = then
        EventLoopFuture.andAllSucceed(writes, on: context.eventLoop).assumeIsolated().whenSuccess { then() }
        context.flush()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
