import Hummingbird
import Logging
import NIOCore

/// What a route knows of its request beside the request: above all its connection, so that an answer can be lost.
struct SandboxContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}
