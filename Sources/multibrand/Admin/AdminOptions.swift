import ArgumentParser
import Foundation
import Logging
import MultibrandServer
import RPC
import SwiftProtobuf
import TLS

/// How a command reaches a running service, and how it prints.
struct AdminOptions: ParsableArguments {
    @Option(
        help:
            """
            host:port of the service's gRPC door. Default: MULTIBRAND_ADDRESS, or a stack that `dev` runs in this \
            directory, or 127.0.0.1:50051.
            """
    )
    var address: String?
    @Option(
        help: "An API client's key. Default: MULTIBRAND_KEY, or the key of a stack that `dev` runs in this directory.")
    var key: String?
    @Flag(help: "Speak TLS and check the service's certificate.")
    var tls = false
    @Option(help: "PEM file of the authority that signed the service's certificate; implies --tls.")
    var tlsAuthority: String?
    @Flag(help: "Print JSON instead of a table.")
    var json = false
    @Option(help: "Seconds to wait for an answer.")
    var timeout = 30

    func validate() throws {
        guard timeout > 0 else { throw ValidationError("--timeout must be at least 1 second") }
    }

    /// The service's address, wherever it was said.
    var target: String {
        address ?? ProcessInfo.processInfo.environment["MULTIBRAND_ADDRESS"] ?? StackConnection.load()?.address
            ?? "127.0.0.1:50051"
    }

    /// Opens a connection for the time of a closure.
    func connected<Result: Sendable>(_ body: (AdminConnection) async throws -> Result) async throws -> Result {
        let left = StackConnection.load()
        let environment = ProcessInfo.processInfo.environment
        try EnvironmentVariables.refuseUnknown(in: environment)
        let target = self.target
        guard let colon = target.lastIndex(of: ":"), colon != target.startIndex,
            let port = Int(target[target.index(after: colon)...]), (1...65535).contains(port)
        else {
            throw ValidationError("--address must read host:port, such as 127.0.0.1:50051, not \(target)")
        }
        var configuration = RPCClientConfiguration(host: String(target[..<colon]), port: port)
        if tls || tlsAuthority != nil {
            configuration.tls = try TLSClientContext(authorityPath: tlsAuthority, protocols: ["h2"])
        }
        let chosen = ChosenKey(option: key, environment: environment, left: left)
        if let chosen { configuration.metadata.add("authorization", "Bearer \(chosen.key)") }
        let logger = Logger(label: "admin") { _ in SwiftLogNoOpLogHandler() }
        do {
            return try await RPCClient.with(configuration, logger: logger) { client in
                try await body(AdminConnection(client: client, timeout: .seconds(timeout), json: json))
            }
        } catch let error as RPCError where error.code == .unauthenticated {
            throw CommandFailure(.notAllowed, ChosenKey.refusal(error.message, of: chosen))
        }
    }
}
