import RPC
import SwiftProtobuf

/// Adds methods to a router so that whatever their use cases throw is mapped in one place.
struct DoorRoutes {
    private(set) var router: RPCRouter
    let refusals: Refusals
    let authorization: Authorization

    init(router: RPCRouter, refusals: Refusals, authorization: Authorization) {
        self.router = router
        self.refusals = refusals
        self.authorization = authorization
    }

    mutating func unary<Request: Message, Answer: Message>(
        _ path: String, _ handler: @escaping @Sendable (Request, RPCContext) async throws -> Answer
    ) {
        let refusals = refusals
        router.unary(path) { (request: Request, context) in
            try await refusals.mapping(path) { try await handler(request, context) }
        }
    }

    /// The stream ends when its caller's key stops working, and tells nothing more.
    mutating func serverStreaming<Request: Message, Answer: Message>(
        _ path: String, limits: RPCMethodLimits,
        _ handler: @escaping @Sendable (Request, RPCWriter<Answer>, RPCContext) async throws -> Void
    ) {
        let (refusals, authorization) = (refusals, authorization)
        router.serverStreaming(path, limits: limits) { (request: Request, writer: RPCWriter<Answer>, context) in
            try await refusals.mapping(path) {
                guard let key = authorization.streamKey(of: context) else {
                    return try await handler(request, writer, context)
                }
                try await key.whileItWorks(onRefused: nil) {
                    try await handler(request, writer.guarded(by: key.confirm), context)
                }
            }
        }
    }

    /// No request is taken once the caller's key has stopped working; those taken before are answered, then the stream ends.
    mutating func bidirectional<Request: Message, Answer: Message>(
        _ path: String, limits: RPCMethodLimits,
        _ handler: @escaping @Sendable (RPCMessages<Request>, RPCWriter<Answer>, RPCContext) async throws -> Void
    ) {
        let (refusals, authorization) = (refusals, authorization)
        router.bidirectional(path, limits: limits) {
            (requests: RPCMessages<Request>, writer: RPCWriter<Answer>, context) in
            try await refusals.mapping(path) {
                guard let key = authorization.streamKey(of: context) else {
                    return try await handler(requests, writer, context)
                }
                try await key.whileItWorks(onRefused: { requests.end(throwing: $0) }) {
                    try await handler(requests.guarded(by: key.confirm), writer, context)
                }
            }
        }
    }
}
