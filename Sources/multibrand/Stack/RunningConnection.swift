import Logging
import RPC

extension LocalStack.Running {
    /// A connection to the stack's own service, with the operator's key, for the time of a closure.
    func connected<Result: Sendable>(_ body: (AdminConnection) async throws -> Result) async throws -> Result {
        let parts = rpc.split(separator: ":")
        var configuration = RPCClientConfiguration(host: String(parts[0]), port: parts.last.flatMap { Int($0) } ?? 0)
        configuration.metadata.add("authorization", "Bearer \(operatorKey)")
        let logger = Logger(label: "client") { _ in SwiftLogNoOpLogHandler() }
        return try await RPCClient.with(configuration, logger: logger) { client in
            try await body(AdminConnection(client: client, timeout: .seconds(30), json: false))
        }
    }
}
