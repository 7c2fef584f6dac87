import NIOCore

/// Asks the connection for the body of its current request: only then is `100 Continue` sent and the body read.
struct BodyAsked: Sendable {
    let bytesMax: Int
    let body: EventLoopPromise<[UInt8]>
}
