import Logging
import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Wallet

/// What a process that is frozen holds, the calls of a healthy one wait for in lines, with one connection at most.
@Suite("A row of the wallet that another process holds", .timeLimit(.minutes(15)))
struct HeldRowTests {
    /// Lends `body` a wallet with a pool of few connections, and a session of another process.
    private static func with(_ body: (WalletFixture, _ other: PostgresConnection) async throws -> Void) async throws {
        try await TestDatabase.withDatabase(poolSizeMax: 3) { pool, connectionString in
            let wallet = WalletFixture(pool) { $0.isPoolEnabled = true }
            let configuration = PostgresConfiguration(
                connectionString: connectionString, idleTransactionTimeout: .seconds(3600))
            try await PostgresConnection.withDedicated(configuration, logger: Logger(label: "test")) { other in
                try await body(wallet, other)
            }
        }
    }

    @Test("the prepaid pool: fifty credits wait with one connection, a read and a redemption of another member go on")
    func credits() async throws {
        try await Self.with { wallet, other in
            let live = WalletCaller.organisation(.live)
            _ = try await WalletPools(wallet.context).topUp(amount: 100, reference: "r", by: live, now: wallet.now)
            for number in 0..<50 {
                _ = try await wallet.members.upsert("m\(number)", WalletMemberChange(), by: live, now: wallet.now)
            }
            try await wallet.join("n", points: 10)
            try await wallet.offer("o", price: 4)
            try await other.execute("begin; select from wallet_pools for update")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        _ = try await wallet.accounts.credit("m\(number)", amount: 1, by: live, now: wallet.now)
                    }
                }
                while wallet.context.pool.waitingInLines < 49 { await Task.yield() }
                #expect(try await wallet.accounts.wallet(by: wallet.member("n")).balance == 10)
                let redeemed = try await wallet.redemptions.redeem(
                    offer: "o", by: wallet.member("n"), now: wallet.now)
                let canceled = try await wallet.redemptions.cancel(
                    id: redeemed.value.id, by: wallet.member("n"), now: wallet.now)
                #expect(canceled.value.status == .canceled)
                // A member whose credit waits can be read all the same.
                #expect(try await wallet.accounts.wallet(named: "m0", by: live).balance == 0)
                #expect(wallet.context.pool.waitingInLines == 49)
                try await other.execute("rollback")
                try await group.waitForAll()
            }
            #expect(try await WalletPools(wallet.context).read()?.balance == 50)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    /// Something that a call locks, and the call.
    struct Held: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What another process does to hold it.
        let sql: String
        let call: @Sendable (WalletFixture) async throws -> Void
    }

    private static let held: [Held] = [
        Held(
            testDescription: "an idempotency key",
            sql: """
                insert into wallet_idempotency (environment, scope, key, request_digest, created_at)
                values ('SANDBOX', 'org', 'k', '', now())
                """
        ) { wallet in
            _ = try await wallet.members.upsert(
                "new", WalletMemberChange(), by: wallet.backend, idempotency: IdempotencyTests.key(), now: wallet.now)
        },
        Held(testDescription: "a member", sql: "select from wallet_members where external_user_id = 'm' for update") {
            wallet in
            _ = try await wallet.members.upsert("m", WalletMemberChange(), by: wallet.backend, now: wallet.now)
        },
        Held(
            testDescription: "a redemption's member",
            sql: "select from wallet_members where external_user_id = 'm' for update"
        ) { wallet in
            let id: String = try await wallet.context.pool.query("select redemption_id from wallet_redemptions")[0]
                .value()
            _ = try await wallet.redemptions.move(id: id, to: .open, by: wallet.backend, now: wallet.now)
        },
        Held(testDescription: "the prepaid pool", sql: "select from wallet_pools for update") { wallet in
            _ = try await WalletPools(wallet.context).topUp(
                amount: 1, reference: "r", by: .organisation(.live), now: wallet.now)
        },
        Held(
            testDescription: "the number of endpoints",
            sql: "select pg_advisory_xact_lock(hashtextextended('wallet_webhooks:SANDBOX', 0))"
        ) { wallet in
            _ = try await WalletWebhooks(wallet.context).register(
                url: "https://hooks.example.com/\(Int.random(in: 0 ..< .max))", events: ["wallet.credited"],
                by: wallet.backend, now: wallet.now)
        },
        Held(testDescription: "an offer", sql: "select from wallet_offers for update") { wallet in
            _ = try await wallet.offers.reprice(id: "o", pointsPrice: 5, by: wallet.backend, now: wallet.now)
        },
        Held(testDescription: "an organisation key", sql: "select from wallet_org_keys for update") { wallet in
            _ = try await WalletOrgKeys(wallet.context).revoke(.sandbox, id: "key_1", now: wallet.now)
        },
    ]

    @Test("keeps one connection waiting, not all, and later every call is served", arguments: held)
    func calls(held: Held) async throws {
        try await Self.with { wallet, other in
            for id in ["m", "n"] { try await wallet.join(id, points: 10) }
            try await wallet.offer("o", price: 4)
            _ = try await wallet.redemptions.redeem(offer: "o", by: wallet.member("m"), now: wallet.now)
            _ = try await WalletOrgKeys(wallet.context).create(.sandbox, id: "key_1", label: "k", now: wallet.now)
            _ = try await WalletPools(wallet.context).topUp(
                amount: 100, reference: "r", by: .organisation(.live), now: wallet.now)
            try await other.execute("begin; \(held.sql)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { try await held.call(wallet) } }
                while wallet.context.pool.waitingInLines < 7 { await Task.yield() }
                for _ in 0..<10 {
                    _ = try await wallet.accounts.credit("n", amount: 1, by: wallet.backend, now: wallet.now)
                }
                #expect(wallet.context.pool.waitingInLines == 7)
                try await other.execute("rollback")
                try await group.waitForAll()
            }
            #expect(try await wallet.accounts.wallet(by: wallet.member("n")).balance == 20)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }
}
