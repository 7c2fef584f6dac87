import Logging
import NIOCore
import RPC
import SwiftProtobuf
import TLS

typealias Text = Google_Protobuf_StringValue
typealias Bytes = Google_Protobuf_BytesValue
typealias Number = Google_Protobuf_Int64Value

let quietLogger = Logger(label: "rpc-tests") { _ in SwiftLogNoOpLogHandler() }

extension RPCRouter {
    /// One method of each shape, and some that fail.
    static var echo: RPCRouter { echo(nil) }

    static func echo(_ admission: RPCAdmission?) -> RPCRouter {
        var router = RPCRouter()
        router.unary("/test.Echo/Get", admission: admission) { (request: Bytes, _) -> Bytes in request }
        router.unary("/test.Echo/Hop", admission: admission) { (request: Bytes, _) -> Bytes in
            // Leaves the event loop before it answers.
            await Task.yield()
            return request
        }
        router.serverStreaming("/test.Echo/Count", admission: admission) {
            (request: Number, writer: RPCWriter<Number>, _) in
            for number in 0..<request.value { try await writer.send(Number(number)) }
        }
        router.clientStreaming("/test.Echo/Sum", admission: admission) { (requests: RPCMessages<Number>, _) -> Number in
            var sum: Int64 = 0
            for try await request in requests { sum += request.value }
            return Number(sum)
        }
        router.bidirectional("/test.Echo/Chat", admission: admission) {
            (requests: RPCMessages<Bytes>, writer: RPCWriter<Bytes>, _) in
            for try await request in requests { try await writer.send(request) }
        }
        return router
    }
}

/// Runs a server on a free port for as long as the closure runs.
func withServer<Result: Sendable>(
    _ router: RPCRouter = .echo, tls: TLSServerContext? = nil,
    configure: (inout RPCServerConfiguration) -> Void = { _ in },
    _ body: @Sendable (RPCServer, Int) async throws -> Result
) async throws -> Result {
    var configuration = RPCServerConfiguration(host: "127.0.0.1", port: 0, tls: tls)
    configuration.drainDeadline = .seconds(5)
    configure(&configuration)
    let server = RPCServer(configuration: configuration, router: router, logger: quietLogger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        let port = try await server.listeningAddress.port ?? 0
        let result = try await body(server, port)
        server.beginGracefulShutdown()
        try await group.waitForAll()
        return result
    }
}

/// Runs a server and a client of it.
func withEcho<Result: Sendable>(
    _ router: RPCRouter = .echo, configure: (inout RPCServerConfiguration) -> Void = { _ in },
    _ body: @Sendable (RPCClient) async throws -> Result
) async throws -> Result {
    try await withServer(router, configure: configure) { _, port in
        try await RPCClient.with(.init(host: "127.0.0.1", port: port), logger: quietLogger) { try await body($0) }
    }
}

/// Makes a client for the closure.
func withClient<Result: Sendable>(
    _ configuration: RPCClientConfiguration, _ body: @Sendable (RPCClient) async throws -> Result
) async throws -> Result {
    try await RPCClient.with(configuration, logger: quietLogger) { try await body($0) }
}
