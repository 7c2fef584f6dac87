import Logging
import OperatorRecord
import PostgreSQL
import PostgreSQLCluster
import Synchronization
import TestSupport
import Testing

@testable import Access

@Suite("Access")
struct AccessTests {
    static func entry(_ subject: String) -> AuditEntry {
        AuditEntry(clientID: "root", action: "CreateApiClient", subject: subject)
    }
    static let logger = Logger(label: "access-tests")

    @Test("a key works from the moment it is made, and only as it was shown")
    func createAndAuthenticate() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let authenticator = Authenticator(pool: pool, logger: Self.logger)
            let clients = APIClients(pool: pool)
            #expect(try authenticator.cached(key: "mbk_" + String(repeating: "0", count: 64)) == nil)
            await #expect(throws: AccessError.self) {
                try await authenticator.authenticate(key: "mbk_" + String(repeating: "0", count: 64))
            }
            let created = try await clients.create(clientID: "cards", role: "platform")
            #expect(created.key.text.hasPrefix("mbk_"))
            #expect(created.key.text.utf8.count == 68)
            #expect("\(created.key)" == "mbk_…")
            #expect(created.client.revokedAt == nil)
            let caller = try await authenticator.authenticate(key: created.key.text)
            #expect(caller == Caller(clientID: "cards", role: .platform))
            #expect(try authenticator.cached(key: created.key.text) == caller)
            for wrong in [
                nil, "", "mbk_", String(created.key.text.dropLast()), created.key.text + "0",
                created.key.text.uppercased(),
                String(created.key.text.dropLast()) + (created.key.text.hasSuffix("0") ? "1" : "0"),
            ] {
                let error = await #expect(throws: AccessError.self) { try await authenticator.authenticate(key: wrong) }
                #expect(error?.reason == .unauthenticated)
                #expect(error.map { !"\($0)".contains(created.key.text.suffix(10)) } == true)
            }
        }
    }

    @Test("the key itself is nowhere in the database, and two keys differ")
    func keyIsNotStored() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let clients = APIClients(pool: pool)
            let one = try await clients.create(clientID: "one", role: "platform")
            let two = try await clients.create(clientID: "two", role: "operator")
            #expect(one.key.text != two.key.text)
            let rows = try await pool.query("select row_to_json(api_clients)::text as line from api_clients")
            #expect(rows.count == 2)
            for row in rows {
                let line: String = try row.get("line")
                #expect(!line.contains(one.key.text.dropFirst(4)) && !line.contains(two.key.text.dropFirst(4)))
            }
        }
    }

    @Test(
        "bad ids and roles are refused and leave nothing behind",
        arguments: [
            ("", "platform", "client_id"), ("a\u{0}b", "platform", "client_id"), ("a\nb", "platform", "client_id"),
            (String(repeating: "x", count: 129), "platform", "client_id"), ("a", "admin", "role"), ("a", "", "role"),
        ])
    func badClient(clientID: String, role: String, field: String) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let error = await #expect(throws: AccessError.self) {
                try await APIClients(pool: pool).create(clientID: clientID, role: role)
            }
            #expect(error?.reason == .invalidArgument)
            #expect(error?.field == field)
            let left = try await pool.query(
                "select client_id from api_clients union all select subject from operator_actions")
            #expect(left.isEmpty)
        }
    }

    @Test("one id is one client, also when fifty ask for it at once")
    func oneClientPerID() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let clients = APIClients(pool: pool)
            let made = await withTaskGroup(of: AccessError.Reason?.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        do {
                            _ = try await clients.create(
                                clientID: "same", role: "platform", audit: Self.entry("same"))
                            return nil
                        } catch {
                            return (error as? AccessError)?.reason
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(made.filter { $0 == nil }.count == 1)
            #expect(made.filter { $0 == .clientExists }.count == 49)
            #expect(try await clients.list().map(\.clientID) == ["same"])
            let recorded = try await pool.query("select subject from operator_actions")
            #expect(recorded.count == 1)
        }
    }

    @Test("a revoked key is refused at once here and after five seconds everywhere")
    func revoke() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let clock = Mutex(ContinuousClock.now)
            let here = Authenticator(pool: pool, logger: Self.logger)
            let elsewhere = Authenticator(pool: pool, logger: Self.logger, now: { clock.withLock { $0 } })
            let clients = APIClients(pool: pool, authenticator: here)
            let created = try await clients.create(clientID: "gone", role: "operator")
            let key = created.key.text
            _ = try await here.authenticate(key: key)
            _ = try await elsewhere.authenticate(key: key)
            let revoked = try await clients.revoke(clientID: "gone")
            #expect(revoked.revokedAt != nil)
            #expect(try here.cached(key: key) == nil)
            await #expect(throws: AccessError.self) { try await here.authenticate(key: key) }

            clock.withLock { $0 += .milliseconds(4999) }
            #expect(try elsewhere.cached(key: key) != nil)
            clock.withLock { $0 += .milliseconds(1) }
            #expect(try elsewhere.cached(key: key) == nil)
            await #expect(throws: AccessError.self) { try await elsewhere.authenticate(key: key) }

            let again = try await clients.revoke(clientID: "gone")
            #expect(again.revokedAt == revoked.revokedAt)
            for unknown in ["never", "go\0ne"] {
                let error = await #expect(throws: AccessError.self) { try await clients.revoke(clientID: unknown) }
                #expect(error?.reason == .unknownClient)
            }
        }
    }

    /// A clock that a test moves.
    private final class Clock: Sendable {
        let time = Mutex(ContinuousClock.now)
    }

    /// Runs notices that an authenticator hears, on a clock that does not move by itself.
    private static func hearing(
        _ body: @Sendable (Authenticator, PostgresNotices, PostgresPool, Clock) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let clock = Clock()
            let notices = PostgresNotices(
                pool: pool, heartbeat: .milliseconds(50), patience: .seconds(300), logger: logger)
            let authenticator = Authenticator(
                pool: pool, notices: notices, logger: logger, now: { clock.time.withLock { $0 } })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await notices.run() }
                try await eventually("notices are heard") { notices.heardUntil != nil }
                // Later than the moment at which listening began.
                clock.time.withLock { $0 = .now }
                try await body(authenticator, notices, pool, clock)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    /// Makes a client in another process and has its key in memory here; returns the key.
    private static func remembered(
        _ clientID: String, _ authenticator: Authenticator, _ notices: PostgresNotices, _ pool: PostgresPool,
        _ clock: Clock
    ) async throws -> String {
        let key = try await APIClients(pool: pool).create(clientID: clientID, role: "platform").key.text
        let madeBy = ContinuousClock.now
        try await eventually("its notice was heard") { notices.heardUntil.map { $0 > madeBy } ?? false }
        clock.time.withLock { $0 = .now }
        _ = try await authenticator.authenticate(key: key)
        #expect(try authenticator.cached(key: key) != nil)
        return key
    }

    @Test("a change made by another process is heard, without a look at the clock or at the database")
    func heard() async throws {
        try await Self.hearing { authenticator, notices, pool, clock in
            let elsewhere = APIClients(pool: pool)
            let key = try await Self.remembered("shop", authenticator, notices, pool, clock)
            _ = try await elsewhere.revoke(clientID: "shop")
            try await eventually("the revocation is heard") { try authenticator.cached(key: key) == nil }
        }
    }

    @Test("while heartbeats come nothing is read again, and once they stay away memory is not trusted for long")
    func vouchedFor() async throws {
        try await Self.hearing { authenticator, notices, pool, clock in
            let key = try await Self.remembered("shop", authenticator, notices, pool, clock)
            let readAt = clock.time.withLock { $0 }
            try await eventually("a heartbeat was sent since") { notices.heardUntil.map { $0 > readAt } ?? false }
            clock.time.withLock { $0 += Authenticator.staleAfter }
            #expect(try authenticator.cached(key: key) != nil)
            clock.time.withLock { $0 += .seconds(3600) }
            #expect(try authenticator.cached(key: key) == nil)
        }
    }

    @Test("many calls with cold memory share a read and all get their answer")
    func coalescedReads() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let authenticator = Authenticator(pool: pool, logger: Self.logger)
            let key = try await APIClients(pool: pool)
                .create(clientID: "many", role: "platform").key.text
            let answers = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    // Every fourth caller is cancelled, the one that reads for the others perhaps among them.
                    group.addTask {
                        if number % 4 == 0 { withUnsafeCurrentTask { $0?.cancel() } }
                        do {
                            return try await authenticator.authenticate(key: key).clientID == "many"
                        } catch is CancellationError {
                            return true
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(answers == 200)
            #expect(pool.statistics.leased == 0)
        }
    }

    @Test("run keeps memory fresh and ends when it is cancelled")
    func run() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let authenticator = Authenticator(pool: pool, logger: Self.logger)
            let key = try await APIClients(pool: pool)
                .create(clientID: "steady", role: "platform").key.text
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await authenticator.run() }
                try await eventually("the key is in memory") { try authenticator.cached(key: key) != nil }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test(
        "a role reaches what it is for",
        arguments: [
            (APIRole.platform, APIRole.platform, true), (.platform, .operator, false), (.operator, .platform, true),
            (.operator, .operator, true),
        ])
    func roles(has: APIRole, needs: APIRole, isAllowed: Bool) {
        let caller = Caller(clientID: "c", role: has)
        let result = Result<Void, AccessError> { () throws(AccessError) in try caller.require(needs) }
        switch result {
        case .success: #expect(isAllowed)
        case .failure(let error): #expect(!isAllowed && error.reason == .permissionDenied)
        }
    }

    @Test("operator actions are listed newest first, page by page, and by subject")
    func operatorActions() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let actions = OperatorActions(pool: pool)
            for number in 1...7 {
                try await actions.record(
                    AuditEntry(
                        clientID: "root", action: "PauseProgram", subject: number.isMultiple(of: 2) ? "even" : "odd",
                        detail: ["number": "\(number)", "words": "a \"quoted\" \\ line\n"]))
            }
            var seen: [Int64] = []
            var token = ""
            repeat {
                let page = try await actions.list(pageSize: 3, pageToken: token)
                #expect(page.actions.count <= 3)
                seen += page.actions.map(\.actionID)
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(seen.count == 7)
            #expect(seen == seen.sorted(by: >))
            let even = try await actions.list(subject: "even")
            #expect(even.actions.count == 3)
            #expect(even.nextPageToken == "")
            #expect(even.actions.first?.detailJSON.contains(#""number": "6""#) == true)
            #expect(even.actions.first?.clientID == "root")
            for (size, bad) in [(0, "x"), (0, "-1"), (0, "0"), (0, "99999999999999999999")] {
                let error = await #expect(throws: AccessError.self) {
                    try await actions.list(pageSize: size, pageToken: bad)
                }
                #expect(error?.reason == .badPageToken)
            }
            await #expect(throws: AccessError.self) { try await actions.list(pageSize: -1) }
        }
    }
}
