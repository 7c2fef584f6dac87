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
            "host:port of the service's gRPC door. Default: MULTIBRAND_ADDRESS, a stack left running by `dev`, 127.0.0.1:50051."
    )
    var address: String?
    @Option(help: "An API client's key. Default: MULTIBRAND_KEY, or the key of the stack left running by `dev`.")
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
        if let key = key ?? environment["MULTIBRAND_KEY"] ?? left?.key {
            configuration.metadata.add("authorization", "Bearer \(key)")
        }
        let logger = Logger(label: "admin") { _ in SwiftLogNoOpLogHandler() }
        return try await RPCClient.with(configuration, logger: logger) { client in
            try await body(AdminConnection(client: client, timeout: .seconds(timeout), json: json))
        }
    }
}

/// A connection to a running service, and what was said about printing.
struct AdminConnection: Sendable {
    let client: RPCClient
    let timeout: Duration
    let json: Bool

    /// Makes one call: `Service/Method` of `multibrand.v1`.
    func call<Request: Message, Response: Message>(
        _ method: String, _ request: Request, answering: Response.Type = Response.self
    ) async throws -> Response {
        try await client.unary("/multibrand.v1.\(method)", request, timeout: timeout)
    }

    /// Prints an answer: as JSON with every field in it when that was asked for, otherwise the text.
    func show(_ message: some Message, _ text: () -> String) throws {
        guard json else {
            print(text())
            return
        }
        print(try WholeJSON.text(message))
    }
}

/// What `dev` leaves for other commands in the same directory while it runs.
struct StackConnection: Codable {
    static let path = ".multibrand/dev/connection.json"

    let address: String
    let key: String
    let databaseURL: String
    let process: Int32

    /// The connection of a stack that still runs.
    static func load() -> StackConnection? {
        guard let data = FileManager.default.contents(atPath: path),
            let connection = try? JSONDecoder().decode(StackConnection.self, from: data),
            kill(connection.process, 0) == 0
        else { return nil }
        return connection
    }

    /// Readable by its owner alone: it holds a key.
    func save() throws {
        let data = try JSONEncoder().encode(self)
        guard FileManager.default.createFile(atPath: Self.path, contents: data, attributes: [.posixPermissions: 0o600])
        else {
            throw CommandFailure(.failed, "\(Self.path) cannot be written")
        }
    }

    static func remove() { try? FileManager.default.removeItem(atPath: path) }
}

/// How many rows a listing shows.
struct ListingOptions: ParsableArguments {
    init() {}

    init(limit: Int) { self.limit = limit }

    @Option(help: "How many rows to show at most.")
    var limit = 50

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    /// Follows pages until the limit is reached; says when there is more.
    func gather<Item>(_ page: (_ size: Int32, _ token: String) async throws -> (items: [Item], next: String))
        async throws -> [Item]
    {
        var items: [Item] = []
        var token = ""
        repeat {
            let answer = try await page(Int32(clamping: min(500, limit - items.count)), token)
            items += answer.items
            token = answer.next
        } while !token.isEmpty && items.count < limit
        if !token.isEmpty {
            FileHandle.standardError.write(Data("There is more: say --limit \(limit * 2) to see it.\n".utf8))
        }
        return items
    }
}
