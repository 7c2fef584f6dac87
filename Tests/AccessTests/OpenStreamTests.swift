import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Access

@Suite("A stream does not outlive its key", .timeLimit(.minutes(15)))
struct OpenStreamTests {
    private static let unknownKey = "mbk_" + String(repeating: "0", count: 64)

    private struct Fixture: Sendable {
        let here: Authenticator
        let elsewhere: Authenticator
        let clients: APIClients
        let key: String
        let caller: Caller
    }

    private func withStream(_ body: @Sendable (Fixture, PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            let here = Authenticator(pool: pool, logger: AccessTests.logger)
            let clients = APIClients(pool: pool, authenticator: here)
            let elsewhere = Authenticator(pool: pool, logger: AccessTests.logger)
            let key = try await clients.create(clientID: "shop", role: "operator").key.text
            let caller = try await elsewhere.authenticate(key: key)
            _ = try await here.authenticate(key: key)
            try await body(
                Fixture(here: here, elsewhere: elsewhere, clients: clients, key: key, caller: caller), pool)
        }
    }

    /// Waits for the stream to be waiting: `untilRefused` has no other sign of it.
    private func isWaiting(_ authenticator: Authenticator) async {
        while authenticator.openStreamCount == 0 { await Task.yield() }
    }

    @Test("a process hears of a revocation made elsewhere by its next read")
    func elsewhere() async throws {
        try await withStream { stream, _ in
            async let refusal = stream.elsewhere.untilRefused(key: stream.key, as: stream.caller)
            await isWaiting(stream.elsewhere)
            _ = try await stream.clients.revoke(clientID: "shop")
            // Any key that memory does not know makes a read.
            await #expect(throws: AccessError.self) { try await stream.elsewhere.authenticate(key: Self.unknownKey) }
            #expect(try await refusal.reason == .unauthenticated)
            #expect(stream.elsewhere.openStreamCount == 0)
        }
    }

    @Test("the process that revokes a key ends its streams at once, without a poll")
    func here() async throws {
        try await withStream { stream, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await stream.here.run() }
                async let refusal = stream.here.untilRefused(key: stream.key, as: stream.caller)
                await isWaiting(stream.here)
                _ = try await stream.clients.revoke(clientID: "shop")
                #expect(try await refusal.reason == .unauthenticated)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test("a revocation of which no notice arrives ends the streams by the next read")
    func unheard() async throws {
        try await withStream { stream, pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await stream.elsewhere.run() }
                async let refusal = stream.elsewhere.untilRefused(key: stream.key, as: stream.caller)
                await isWaiting(stream.elsewhere)
                _ = try await pool.query("update api_clients set revoked_at = now() where client_id = 'shop'")
                #expect(try await refusal.reason == .unauthenticated)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test("a role that changed ends the stream, and no message passes before")
    func roleChange() async throws {
        try await withStream { stream, pool in
            try await stream.here.confirm(key: stream.key, as: stream.caller)
            async let refusal = stream.here.untilRefused(key: stream.key, as: stream.caller)
            await isWaiting(stream.here)
            _ = try await pool.query("update api_clients set role = 'platform' where client_id = 'shop'")
            stream.here.forget()
            let error = await #expect(throws: AccessError.self) {
                try await stream.here.confirm(key: stream.key, as: stream.caller)
            }
            #expect(error?.reason == .unauthenticated)
            #expect(try await refusal.reason == .unauthenticated)
        }
    }

    @Test("other clients' changes leave a stream alone, and a stream that ended is forgotten")
    func unaffected() async throws {
        try await withStream { stream, _ in
            let waiting = Task { try await stream.here.untilRefused(key: stream.key, as: stream.caller) }
            await isWaiting(stream.here)
            _ = try await stream.clients.create(clientID: "other", role: "platform")
            _ = try await stream.clients.revoke(clientID: "other")
            try await stream.here.confirm(key: stream.key, as: stream.caller)
            #expect(stream.here.openStreamCount == 1)
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            #expect(stream.here.openStreamCount == 0)
        }
    }

    @Test("a stream whose key was revoked before it began to wait is refused at once")
    func alreadyRevoked() async throws {
        try await withStream { stream, _ in
            _ = try await stream.clients.revoke(clientID: "shop")
            await #expect(throws: AccessError.self) { try await stream.here.authenticate(key: stream.key) }
            let refusal = try await stream.here.untilRefused(key: stream.key, as: stream.caller)
            #expect(refusal.reason == .unauthenticated)
        }
    }
}
