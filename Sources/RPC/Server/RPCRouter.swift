package import SwiftProtobuf

/// The methods that a server offers, with the admission of their calls and the observers of finished calls.
///
/// **Concurrency** A value: filled before the server is made, fixed afterwards. Handlers start on the connection's
/// event loop, so what they do before their first suspension must be short.
package struct RPCRouter: Sendable {
    /// Hears of each call that has ended; runs on the event loop and must be short.
    package typealias Observer = @Sendable (RPCCallRecord) -> Void

    var methods: [RPCMethod] = []
    var observers: [Observer] = []

    /// Makes a router without methods. A method without an admission lets everybody in.
    package init() {}

    /// The paths of all methods.
    package var paths: [String] { methods.map(\.path) }

    /// Adds a method with one request and one answer.
    package mutating func unary<Request: Message, Response: Message>(
        _ path: String, limits: RPCMethodLimits = RPCMethodLimits(), admission: RPCAdmission? = nil,
        _ handler: @escaping @Sendable (Request, RPCContext) async throws -> Response
    ) {
        add(path, limits, admission) {
            .unary { bytes, context in
                try FramedMessage.encode(await handler(try RPCMethod.decode(bytes), context))
            }
        }
    }

    /// Adds a method with one request and a stream of answers; it ends when the handler returns.
    package mutating func serverStreaming<Request: Message, Response: Message>(
        _ path: String, limits: RPCMethodLimits = RPCMethodLimits(), admission: RPCAdmission? = nil,
        _ handler: @escaping @Sendable (Request, RPCWriter<Response>, RPCContext) async throws -> Void
    ) {
        add(path, limits, admission) {
            .serverStreaming { bytes, outbound, context in
                try await handler(try RPCMethod.decode(bytes), RPCWriter(outbound), context)
            }
        }
    }

    /// Adds a method with a stream of requests and one answer.
    package mutating func clientStreaming<Request: Message, Response: Message>(
        _ path: String, limits: RPCMethodLimits = RPCMethodLimits(), admission: RPCAdmission? = nil,
        _ handler: @escaping @Sendable (RPCMessages<Request>, RPCContext) async throws -> Response
    ) {
        add(path, limits, admission) {
            .streaming { inbound, outbound, context in
                let response = try await handler(RPCMessages(inbound), context)
                try await RPCWriter(outbound).send(response)
            }
        }
    }

    /// Adds a method with a stream of requests and a stream of answers; it ends when the handler returns.
    package mutating func bidirectional<Request: Message, Response: Message>(
        _ path: String, limits: RPCMethodLimits = RPCMethodLimits(), admission: RPCAdmission? = nil,
        _ handler: @escaping @Sendable (RPCMessages<Request>, RPCWriter<Response>, RPCContext) async throws -> Void
    ) {
        add(path, limits, admission) {
            .streaming { inbound, outbound, context in
                try await handler(RPCMessages(inbound), RPCWriter(outbound), context)
            }
        }
    }

    /// Adds an observer that is notified of each finished call.
    package mutating func observe(_ observer: @escaping Observer) {
        observers.append(observer)
    }

    private mutating func add(
        _ path: String, _ limits: RPCMethodLimits, _ admission: RPCAdmission?, _ body: () -> RPCMethod.Body
    ) {
        precondition(path.hasPrefix("/"), "a method's path reads /package.Service/Method")
        precondition(!methods.contains { $0.path == path }, "\(path) is served twice")
        methods.append(RPCMethod(path: path, body: body(), limits: limits, admission: admission))
    }
}
