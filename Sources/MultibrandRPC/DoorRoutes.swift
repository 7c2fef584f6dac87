import RPC
import SwiftProtobuf

/// Adds methods to a router so that whatever their use cases throw is mapped in one place.
struct DoorRoutes {
    private(set) var router: RPCRouter
    let refusals: Refusals

    init(router: RPCRouter, refusals: Refusals) {
        self.router = router
        self.refusals = refusals
    }

    mutating func unary<Request: Message, Answer: Message>(
        _ path: String, _ handler: @escaping @Sendable (Request, RPCContext) async throws -> Answer
    ) {
        let refusals = refusals
        router.unary(path) { (request: Request, context) in
            try await refusals.mapping(path) { try await handler(request, context) }
        }
    }

    mutating func serverStreaming<Request: Message, Answer: Message>(
        _ path: String, _ handler: @escaping @Sendable (Request, RPCWriter<Answer>, RPCContext) async throws -> Void
    ) {
        let refusals = refusals
        router.serverStreaming(path) { (request: Request, writer: RPCWriter<Answer>, context) in
            try await refusals.mapping(path) { try await handler(request, writer, context) }
        }
    }

    mutating func bidirectional<Request: Message, Answer: Message>(
        _ path: String,
        _ handler: @escaping @Sendable (RPCMessages<Request>, RPCWriter<Answer>, RPCContext) async throws -> Void
    ) {
        let refusals = refusals
        router.bidirectional(path) { (requests: RPCMessages<Request>, writer: RPCWriter<Answer>, context) in
            try await refusals.mapping(path) { try await handler(requests, writer, context) }
        }
    }
}
