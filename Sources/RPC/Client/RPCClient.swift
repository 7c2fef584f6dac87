import HTTP2
package import Logging
import NIOCore
package import SwiftProtobuf
import Synchronization

/// A gRPC client for one server.
///
/// The connection is made with the first call and again after it is lost; calls that were under way then fail with
/// UNAVAILABLE, and it is for the caller to know whether they may be repeated.
///
/// **Errors** Every call throws `RPCError`, or `CancellationError` when its task is cancelled.
///
/// **Concurrency** May be used from any task; calls share one connection.
package final class RPCClient: Sendable {
    private let configuration: RPCClientConfiguration
    private let channel: ClientChannel
    private let authority: String

    /// Makes a client; nothing is sent yet.
    package init(configuration: RPCClientConfiguration, logger: Logger) {
        self.configuration = configuration
        channel = ClientChannel(configuration: configuration, logger: logger)
        let host = configuration.host
        authority = host.contains(":") ? "[\(host)]:\(configuration.port)" : "\(host):\(configuration.port)"
    }

    /// Makes a client, lends it to the closure, and closes it.
    package static func with<Result>(
        _ configuration: RPCClientConfiguration, logger: Logger, _ body: (RPCClient) async throws -> Result
    ) async rethrows -> Result {
        let client = RPCClient(configuration: configuration, logger: logger)
        defer { client.close() }
        return try await body(client)
    }

    /// Ends the connection when its calls have ended. Later calls fail.
    package func close() {
        channel.close()
    }

    /// Keeps the client until its task is cancelled, then closes it; for clients that live in a task group.
    package func run() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        for await _ in stream {}
        continuation.finish()
        close()
    }

    /// Calls a method with one request and one answer.
    ///
    /// - Parameter timeout: how long to wait for the answer, connecting included; the server learns of it.
    package func unary<Request: Message, Response: Message>(
        _ path: String, _ request: Request, metadata: Metadata = [:], timeout: Duration? = nil
    ) async throws -> Response {
        try await call(path, metadata, timeout) { inbound, outbound in
            try await Self.sendOnly(request, outbound)
            return try await Self.onlyMessage(inbound)
        }
    }

    /// Calls a method with one request and reads its stream of answers in the closure.
    ///
    /// The call is given up when the closure returns before the stream has ended.
    package func serverStreaming<Request: Message, Response: Message, Result: Sendable>(
        _ path: String, _ request: Request, metadata: Metadata = [:], timeout: Duration? = nil,
        _ body: @Sendable (RPCMessages<Response>) async throws -> Result
    ) async throws -> Result {
        try await call(path, metadata, timeout) { inbound, outbound in
            try await Self.sendOnly(request, outbound)
            return try await body(RPCMessages(inbound))
        }
    }

    /// Calls a method with the stream of requests that the closure writes, and one answer.
    package func clientStreaming<Request: Message, Response: Message>(
        _ path: String, metadata: Metadata = [:], timeout: Duration? = nil,
        _ body: @Sendable (RPCWriter<Request>) async throws -> Void
    ) async throws -> Response {
        try await call(path, metadata, timeout) { inbound, outbound in
            do {
                try await body(RPCWriter(outbound))
                outbound.finish()
            } catch let error as RPCError {
                // The server may have ended the call while we were sending; what it said is the better reason.
                _ = try await inbound.next()
                throw error
            }
            return try await Self.onlyMessage(inbound)
        }
    }

    /// Calls a method with a stream of requests and a stream of answers, both in the closure's hands.
    ///
    /// The closure says `finish()` on the writer when it has sent everything.
    package func bidirectional<Request: Message, Response: Message, Result: Sendable>(
        _ path: String, metadata: Metadata = [:], timeout: Duration? = nil,
        _ body: @Sendable (RPCWriter<Request>, RPCMessages<Response>) async throws -> Result
    ) async throws -> Result {
        try await call(path, metadata, timeout) { inbound, outbound in
            try await body(RPCWriter(outbound), RPCMessages(inbound))
        }
    }

    private func call<Result>(
        _ path: String, _ metadata: Metadata, _ timeout: Duration?,
        _ body: (InboundMessages, OutboundMessages) async throws -> Result
    ) async throws -> Result {
        let deadline = timeout.map { ContinuousClock.now.advanced(by: $0) }
        let connection = try await connect(before: deadline)
        let headers = makeHeaders(path, metadata, timeout)
        let call = ClientCall(connection: connection, messageBytesMax: configuration.messageBytesMax)
        let (inbound, outbound) = call.openQueues()
        let left = deadline.map { ContinuousClock.now.duration(to: $0) }
        connection.eventLoop.execute { call.open(headers, timeout: left) }
        defer {
            // Nothing happens when the call has ended; what was left unread is given up.
            connection.eventLoop.execute { call.abandon(CancellationError()) }
        }
        return try await withTaskCancellationHandler {
            try await body(inbound, outbound)
        } onCancel: {
            connection.eventLoop.execute { call.abandon(CancellationError()) }
        }
    }

    private func connect(before deadline: ContinuousClock.Instant?) async throws -> HTTP2Connection {
        if let current = channel.current { return current }
        guard let deadline else { return try await channel.connection() }
        return try await withThrowingTaskGroup(of: HTTP2Connection.self) { group in
            group.addTask { try await self.channel.connection() }
            group.addTask {
                try await Task.sleep(until: deadline, clock: .continuous)
                throw RPCError(.deadlineExceeded, "the server could not be reached before the deadline")
            }
            defer { group.cancelAll() }
            guard let connection = try await group.next() else { throw CancellationError() }
            return connection
        }
    }

    private func makeHeaders(
        _ path: String, _ metadata: Metadata, _ timeout: Duration?
    ) -> [(name: String, value: [UInt8])] {
        var headers: KeyValuePairs<String, String> {
            [
                ":method": "POST", ":scheme": configuration.tls == nil ? "http" : "https", ":path": path,
                ":authority": authority, "te": "trailers", "content-type": "application/grpc",
                "grpc-accept-encoding": "identity", "user-agent": "multibrand",
            ]
        }
        var list = headers.map { (name: $0.key, value: Array($0.value.utf8)) }
        if let timeout { list.append((name: "grpc-timeout", value: Array(RPCTimeout.format(timeout).utf8))) }
        return list + configuration.metadata.fields + metadata.fields
    }

    private static func sendOnly(_ request: some Message, _ outbound: OutboundMessages) async throws {
        let framed = try FramedMessage.encode(request)
        do {
            try await outbound.send(framed)
        } catch is RPCError {
            // The server ended the call before it read the request; its status is met when the answer is read.
        }
        outbound.finish()
    }

    private static func onlyMessage<Response: Message>(_ inbound: InboundMessages) async throws -> Response {
        guard let bytes = try await inbound.next() else {
            throw RPCError(.internal, "the server answered OK without a message")
        }
        guard try await inbound.next() == nil else {
            throw RPCError(.internal, "the server answered a unary call with several messages")
        }
        return try RPCMethod.decode(bytes)
    }
}
