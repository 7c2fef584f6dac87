import Cosmo
import Cryptography
import Inbox
import Logging
import OutgoingHTTP
import PostgreSQL
import PostgreSQLCluster
import Synchronization
import Testing
import WebhookHTTP

/// The door on a free port, over a database of its own, with a signature check written for these tests.
struct Door: Sendable {
    let base: String
    let port: Int
    let pool: PostgresPool
    let inbox: Inbox

    static let secret = "whsec_demo_0001"
    static let now: Int64 = 1_760_000_000
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    static func with(
        configuration: WebhookServerConfiguration = WebhookServerConfiguration(bodyBytesMax: 4_096),
        scheme: String = "http", logger: Logger = Door.logger,
        metricsPage: @escaping @Sendable () -> String = { "up 1\n" },
        _ body: @Sendable (Door) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let inbox = Inbox(pool: pool)
            let (ports, continuation) = AsyncStream<Int>.makeStream()
            let server = WebhookServer(
                configuration: configuration, inbox: inbox,
                authentication: WebhookAuthentication(
                    mode: .signature,
                    signature: WebhookSignature(secrets: [WebhookSecret(name: "demo", secret: secret)])),
                tokens: WebhookTokenEndpoint(
                    clientID: "cosmo", clientSecret: "secret", signingKey: [UInt8](repeating: 7, count: 32)),
                pages: OperationalPages(metrics: {
                    OperationalPages.Page(status: 200, contentType: "text/plain; version=0.0.4", body: metricsPage())
                }), nowSeconds: { now }, logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await inbox.run() }
                group.addTask {
                    try await server.run { port in
                        continuation.yield(port)
                        continuation.finish()
                    }
                }
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                let host = scheme == "https" ? "localhost" : "127.0.0.1"
                try await body(
                    Door(base: "\(scheme)://\(host):\(port)", port: port, pool: pool, inbox: inbox))
                group.cancelAll()
            }
        }
    }

    /// The contract's section 8.5 in a line, apart from the product's own.
    static func sign(_ body: [UInt8], _ timestamp: String) -> String {
        Hexadecimal.encode(
            HMACSHA256.authenticationCode(for: Array("\(timestamp):".utf8) + body, key: Array(secret.utf8)))
    }

    /// Sends a delivery, signed rightly by default; gives status and body.
    func deliver(
        _ body: [UInt8], path: String = "/webhooks/cosmo/program-connection", timestamp: String? = "\(Door.now)",
        signature: String?? = .none, signedAt: String? = nil
    ) async throws -> (status: Int, body: String) {
        var request = HTTPCall(url: base + path)
        request.method = .post
        let right = Self.sign(body, signedAt ?? timestamp ?? "")
        if let timestamp { request.headers.add(name: "X-Timestamp", value: timestamp) }
        if let signature = signature ?? right { request.headers.add(name: "X-Signature", value: signature) }
        request.body = body
        return try await send(request)
    }

    /// Reads a page.
    func page(_ path: String) async throws -> (status: Int, body: String) {
        try await send(HTTPCall(url: base + path))
    }

    func send(_ request: HTTPCall) async throws -> (status: Int, body: String) {
        let response = try await HTTPClient.shared.send(request, within: .seconds(300))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// How many deliveries are noted as answered in time.
    func answeredCount() async throws -> Int64 {
        try await pool.query("select count(*) as answered from inbox_answers").first?.get("answered") ?? -1
    }

    func storedCount() async throws -> Int64 {
        try await pool.query("select count(*) as stored from inbox").first?.get("stored") ?? -1
    }
}
