import NIOCore

extension HTTPDoorContext {
    /// Has `then` called once the answer to this request has been written to the connection, whole; never when it was
    /// not.
    ///
    /// To be called before the answer is given; answers on one connection go out one after the other. Written means
    /// given to the system: that it arrived, nobody can know.
    ///
    /// - Parameter then: runs on the connection's event loop.
    package func onceWritten(_ then: @escaping @Sendable () -> Void) async {
        let channel = channel
        _ = try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(WrittenOnce(then), position: .first)
        }.get()
    }
}
