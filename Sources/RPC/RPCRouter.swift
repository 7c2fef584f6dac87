public import SwiftProtobuf

/// The methods that a server offers, with what runs before and after each call.
///
/// **Concurrency** A value: filled before the server is made, fixed afterwards. Handlers start on the connection's event
/// loop, so what they do before their first suspension must be short.
public struct RPCRouter: Sendable {
    /// Runs at the headers of a call; may leave values in the context, and refuses the call by throwing `RPCError`.
    public typealias Interceptor = @Sendable (inout RPCContext) async throws -> Void
    /// Hears of each call that has ended; runs on the event loop and must be short.
    public typealias Observer = @Sendable (RPCCallRecord) -> Void

    var methods: [RPCMethod] = []
    var interceptors: [RPCInterceptor] = []
    var observers: [Observer] = []

    /// Makes a router without methods.
    public init() {}

    /// The paths of all methods.
    public var paths: [String] { methods.map(\.path) }

    /// Adds a method with one request and one answer.
    public mutating func unary<Request: Message, Response: Message>(
        _ path: String, limits: RPCMethodLimits = RPCMethodLimits(),
        _ handler: @escaping @Sendable (Request, RPCContext) async throws -> Response
    ) {
        add(path, limits) {
            .unary { bytes, context in
                try FramedMessage.encode(await handler(try RPCMethod.decode(bytes), context))
            }
        }
    }

    /// Adds a method with one request and a stream of answers; it ends when the handler returns.
    public mutating func serverStreaming<Request: Message, Response: Message>(
        _ path: String, limits: RPCMethodLimits = RPCMethodLimits(),
        _ handler: @escaping @Sendable (Request, RPCWriter<Response>, RPCContext) async throws -> Void
    ) {
        add(path, limits) {
            .serverStreaming { bytes, outbound, context in
                try await handler(try RPCMethod.decode(bytes), RPCWriter(outbound), context)
            }
        }
    }

    /// Adds a method with a stream of requests and one answer.
    public mutating func clientStreaming<Request: Message, Response: Message>(
        _ path: String, limits: RPCMethodLimits = RPCMethodLimits(),
        _ handler: @escaping @Sendable (RPCMessages<Request>, RPCContext) async throws -> Response
    ) {
        add(path, limits) {
            .streaming { inbound, outbound, context in
                let response = try await handler(RPCMessages(inbound), context)
                try await RPCWriter(outbound).send(response)
            }
        }
    }

    /// Adds a method with a stream of requests and a stream of answers; it ends when the handler returns.
    public mutating func bidirectional<Request: Message, Response: Message>(
        _ path: String, limits: RPCMethodLimits = RPCMethodLimits(),
        _ handler: @escaping @Sendable (RPCMessages<Request>, RPCWriter<Response>, RPCContext) async throws -> Void
    ) {
        add(path, limits) {
            .streaming { inbound, outbound, context in
                try await handler(RPCMessages(inbound), RPCWriter(outbound), context)
            }
        }
    }

    /// Adds something to run at the headers of every call, before anything of its body is taken; those added first run
    /// first.
    ///
    /// - Parameters:
    ///   - atOnce: Decides without waiting, when it can; false says that the other one has to be asked. It saves a call that
    ///     is let in by memory alone a task.
    ///   - later: Decides, and may wait; no more than a stream's first window of the body is taken meanwhile.
    public mutating func intercept(
        atOnce: @escaping @Sendable (inout RPCContext) throws -> Bool = { _ in false }, _ later: @escaping Interceptor
    ) {
        interceptors.append(RPCInterceptor(atOnce: atOnce, later: later))
    }

    /// Adds somebody who hears of each call that has ended.
    public mutating func observe(_ observer: @escaping Observer) {
        observers.append(observer)
    }

    private mutating func add(_ path: String, _ limits: RPCMethodLimits, _ body: () -> RPCMethod.Body) {
        precondition(path.hasPrefix("/"), "a method's path reads /package.Service/Method")
        precondition(!methods.contains { $0.path == path }, "\(path) is served twice")
        methods.append(RPCMethod(path: path, body: body(), limits: limits))
    }
}
