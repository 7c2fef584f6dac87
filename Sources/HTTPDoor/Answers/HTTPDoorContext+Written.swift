import NIOCore

extension HTTPDoorContext {
    /// Has `then` called once the answer to this request has been written to the connection, whole; never when it was not.
    ///
    /// To be called before the answer is given; answers on one connection go out one after the other. Written means given to
    /// the system: that it arrived, nobody can know.
    ///
    /// - Parameter then: runs on the connection's event loop.
    public func onceWritten(_ then: @escaping @Sendable () -> Void) async {
        let channel = channel
        _ = try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(WrittenOnce(then), position: .first)
        }.get()
    }
}

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
