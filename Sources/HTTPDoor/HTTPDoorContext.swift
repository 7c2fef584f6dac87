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
