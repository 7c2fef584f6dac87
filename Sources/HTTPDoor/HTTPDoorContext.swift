public import Hummingbird
import NIOCore

/// What a request is answered in: Hummingbird's own context, and the connection it came over.
public struct HTTPDoorContext: RequestContext {
    /// Hummingbird's own.
    public var coreContext: CoreRequestContextStorage
    let channel: any Channel

    /// Takes the connection of a request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Closes the connection shortly, so that a peer which goes on sending what was refused is not read for ever, and one
    /// that listens still gets its answer.
    public func closeSoon() {
        channel.eventLoop.scheduleTask(in: .seconds(1)) { [channel] in channel.close(promise: nil) }
    }
}
