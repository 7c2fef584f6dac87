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
}
