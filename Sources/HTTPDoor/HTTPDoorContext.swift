package import Hummingbird
import NIOCore

/// What a request is answered in: Hummingbird's own context, and the connection it came over.
package struct HTTPDoorContext: RequestContext {
    /// Hummingbird's own.
    package var coreContext: CoreRequestContextStorage
    let channel: any Channel

    /// Takes the connection of a request.
    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The address that the connection comes from, for the log; a proxy's own when one is in front.
    package var peer: String { channel.remoteAddress?.ipAddress ?? "unknown" }
}

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
