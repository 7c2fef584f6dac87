import SwiftProtobuf
import Synchronization

/// One method, its message types erased.
final class RPCMethod: Sendable {
    enum Body: Sendable {
        /// Takes a serialized request, gives a framed answer.
        case unary(@Sendable ([UInt8], RPCContext) async throws -> [UInt8])
        /// Takes a serialized request, gives framed answers.
        case serverStreaming(@Sendable ([UInt8], OutboundMessages, RPCContext) async throws -> Void)
        case streaming(@Sendable (InboundMessages, OutboundMessages, RPCContext) async throws -> Void)
    }

    let path: String
    let body: Body
    let limits: RPCMethodLimits
    let admission: RPCAdmission?
    private let openCalls = Atomic(0)

    init(path: String, body: Body, limits: RPCMethodLimits, admission: RPCAdmission?) {
        self.path = path
        self.body = body
        self.limits = limits
        self.admission = admission
    }

    /// Counts a call; false when there are too many of the method.
    func callBegan() -> Bool {
        if openCalls.add(1, ordering: .relaxed).newValue <= limits.callsMax { return true }
        callEnded()
        return false
    }

    func callEnded() { openCalls.subtract(1, ordering: .relaxed) }

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

    /// UNIMPLEMENTED is what the gRPC status table names for a wrong number of requests.
    static var cardinality: RPCError { RPCError(.unimplemented, "the method takes exactly one request message") }
}
