import SwiftProtobuf

/// One method, its message types erased.
final class RPCMethod: Sendable {
    enum Body: Sendable {
        /// Takes a serialized request, gives a framed answer.
        case unary(@Sendable ([UInt8], RPCContext) async throws -> [UInt8])
        case streaming(@Sendable (InboundMessages, OutboundMessages, RPCContext) async throws -> Void)
    }

    let path: String
    let body: Body

    init(path: String, body: Body) {
        self.path = path
        self.body = body
    }

    static func decode<Request: Message>(_ bytes: [UInt8]) throws -> Request {
        do {
            return try Request(serializedBytes: bytes)
        } catch {
            // INTERNAL is what the gRPC status table names for a request that does not parse.
            throw RPCError(
                .internal, "the message is not a valid \(Request.protoMessageName); check the client's proto files",
                cause: error)
        }
    }

    static func onlyMessage<Request: Message>(of inbound: InboundMessages) async throws -> Request {
        guard let bytes = try await inbound.next(), try await inbound.next() == nil else { throw cardinality }
        return try decode(bytes)
    }

    /// UNIMPLEMENTED is what the gRPC status table names for a wrong number of requests.
    static var cardinality: RPCError { RPCError(.unimplemented, "the method takes exactly one request message") }
}
