import Hummingbird
import NIOCore

/// What a request is answered in: Hummingbird's own context, and the connection it came over.
struct WebhookContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// Closes the connection shortly, so that a peer which goes on sending what was refused is not read for ever, and one
    /// that listens still gets its answer.
    func closeSoon() {
        channel.eventLoop.scheduleTask(in: .seconds(1)) { [channel] in channel.close(promise: nil) }
    }
}
