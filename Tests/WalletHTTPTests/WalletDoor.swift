import HTTPDoor
import Logging
import NIOHTTP1
import OutgoingHTTP
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Synchronization
import Testing
import Wallet

@testable import WalletHTTP

/// The wallet's door on a free port over a database of its own, with a key of each environment.
struct WalletDoor: Sendable {
    /// Monday 2 March 2026, 10:00 UTC.
    static let start = PostgresTimestamp(microsecondsSinceEpoch: 1_772_445_600_000_000)
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    let base: String
    let port: Int
    let context: WalletContext
    /// An organisation's keys.
    let sandboxKey: String
    let liveKey: String
    let clock: TestClock

    var now: PostgresTimestamp { clock.now }

    static func with(
        configuration: WalletServerConfiguration = WalletServerConfiguration(), poolSizeMax: Int = 8,
        logger: Logger = WalletDoor.logger,
        settings change: @Sendable (inout WalletSettings) -> Void = { _ in },
        _ body: @Sendable (WalletDoor) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase(poolSizeMax: poolSizeMax) { pool, _ in
            var settings = WalletSettings(
                currencies: [.sandbox: WalletCurrency(name: "Stars", symbol: "ST")],
                tokenSecrets: WalletTokenSecret([UInt8](repeating: 7, count: 32)).map { [$0] } ?? [])
            change(&settings)
            let context = WalletContext(pool: pool, settings: settings)
            let clock = TestClock(start)
            let server = WalletServer(
                configuration: configuration, context: context, now: { clock.now }, logger: logger)
            let keys = WalletOrgKeys(context)
            let sandboxKey = try await keys.create(.sandbox, label: "test", now: start).secret.text
            let liveKey = try await keys.create(.live, label: "test", now: start).secret.text
            let (ports, continuation) = AsyncStream<Int>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await server.run { port in
                        continuation.yield(port)
                        continuation.finish()
                    }
                }
                var iterator = ports.makeAsyncIterator()
                let port = try #require(await iterator.next())
                let door = WalletDoor(
                    base: "http://127.0.0.1:\(port)", port: port, context: context, sandboxKey: sandboxKey,
                    liveKey: liveKey, clock: clock)
                do {
                    try await body(door)
                } catch {
                    group.cancelAll()
                    throw error
                }
                group.cancelAll()
            }
        }
    }

    /// What came back.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let bytes: [UInt8]

        var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
        var code: String? { json["error"]?["code"]?.string }
        subscript(name: String) -> JSONValue? { json[name] }
    }

    /// Sends a request as given.
    ///
    /// - Parameters:
    ///   - credential: goes into `Authorization: Bearer`; nil sends none.
    ///   - body: JSON text, or any other.
    func send(
        _ method: HTTPMethod, _ path: String, as credential: String?, key: String? = nil, body: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPCall(url: base + path)
        request.method = HTTPCall.Method(rawValue: method.rawValue)
        if let credential { request.headers.add(name: "Authorization", value: "Bearer \(credential)") }
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = Array(body.utf8)
        }
        request.answerBody = .read(bytesMax: 1 << 24)
        let response = try await HTTPClient.shared.send(request, within: .seconds(300))
        let answer = Answer(
            status: response.status, headers: HTTPHeaders(response.headers.map { ($0.name, $0.value) }),
            bytes: response.body)
        Witness.saw(method, path, answer)
        return answer
    }

    func get(_ path: String, as credential: String?) async throws -> Answer {
        try await send(.GET, path, as: credential)
    }

    func post(_ path: String, as credential: String?, key: String? = nil, _ body: String) async throws -> Answer {
        try await send(.POST, path, as: credential, key: key, body: body)
    }

    /// A token for a member, who is made when new.
    func token(_ member: String, key: String? = nil) async throws -> String {
        let answer = try await post(
            "/v1/auth/exchange", as: key ?? sandboxKey, #"{"externalUserID":"\#(member)"}"#)
        return try #require(answer["accessToken"]?.string)
    }

    /// Makes a member with points, and gives a token.
    func join(_ member: String, points: Int64 = 0) async throws -> String {
        let token = try await token(member)
        if points > 0 {
            let credited = try await post(
                "/v1/wallet/credit", as: sandboxKey, #"{"externalUserID":"\#(member)","amount":\#(points)}"#)
            try #require(credited.status == 200)
        }
        return token
    }

    func offer(
        _ id: String, price: Int64?, expiresAt: PostgresTimestamp? = nil, in environment: WalletEnvironment = .sandbox
    ) async throws {
        _ = try await WalletOffers(context).create(
            id: id, WalletOffer.Details(title: id), pointsPrice: price, expiresAt: expiresAt,
            by: .organisation(environment), now: now)
    }
}

/// A clock that stays at one time until it is moved.
final class TestClock: Sendable {
    private let moment: Mutex<PostgresTimestamp>

    init(_ start: PostgresTimestamp) { moment = Mutex(start) }

    var now: PostgresTimestamp { moment.withLock { $0 } }

    func advance(by duration: Duration) { moment.withLock { $0 = $0.advanced(by: duration) } }
}

extension WalletDoor {
    /// Revokes every key of SANDBOX; returns how many there were.
    func revokeSandboxKeys() async throws -> Int {
        let keys = WalletOrgKeys(context)
        let listed = try await keys.list(.sandbox)
        for key in listed { _ = try await keys.revoke(.sandbox, id: key.id, now: now) }
        return listed.count
    }
}
