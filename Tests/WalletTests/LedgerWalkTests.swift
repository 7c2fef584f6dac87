import PostgreSQL
import Rewards
import Synchronization
import Testing

@testable import Wallet

@Suite("Walking a long ledger")
struct LedgerWalkTests {
    static let rows = 100_000

    private final class Walk: Sendable {
        let isOver = Mutex(false)
    }

    @Test(
        "100,000 rows page by page while a writer adds: none twice, none skipped, the last page as cheap as the first")
    func walk() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m")
            try await Self.fill(wallet)
            let member = wallet.member("m")
            let walk = Walk()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    var count = 0
                    while !walk.isOver.withLock({ $0 }), count < 500 {
                        count += 1
                        _ = try await wallet.accounts.credit("m", amount: 1, by: wallet.backend, now: wallet.now)
                    }
                }
                var seen: [Int64] = []
                var cursor: String?
                repeat {
                    let page = try await wallet.accounts.transactions(
                        page: WalletPageRequest(limit: 100, cursor: cursor), by: member)
                    seen += page.items.map(\.sequence)
                    cursor = page.nextCursor
                } while cursor != nil
                // From where the walk began, down to 1, each once and in order.
                let top = try #require(seen.first)
                #expect(top >= Int64(Self.rows))
                #expect(seen == Array((1...top).reversed()))
                // Not cancelled: a write that is cut off fails, as it should.
                walk.isOver.withLock { $0 = true }
                try await group.waitForAll()
            }
            #expect(try await wallet.brokenIdentities() == 0)
            let first = try await Self.plan(wallet, before: .max)
            let last = try await Self.plan(wallet, before: 101)
            for plan in [first, last] {
                #expect(plan.text.contains("wallet_transactions_pkey"), "\(plan.text)")
                #expect(!plan.text.contains("Sort") && !plan.text.contains("Seq Scan"), "\(plan.text)")
            }
            #expect(last.buffers <= first.buffers + 10, "first \(first.text)\nlast \(last.text)")
        }
    }

    @Test("a cursor of another member, environment, listing or hand is refused")
    func foreignCursor() async throws {
        try await WalletFixture.with { wallet in
            for id in ["a", "b"] {
                try await wallet.join(id, points: 1)
                _ = try await wallet.accounts.credit(id, amount: 1, by: wallet.backend, now: wallet.now)
            }
            let page = try await wallet.accounts.transactions(page: WalletPageRequest(limit: 1), by: wallet.member("a"))
            let cursor = try #require(page.nextCursor)
            for bad in ["", "x", cursor + "A", cursor + "=", String(cursor.dropLast())] {
                let error = await #expect(throws: WalletError.self) {
                    try await wallet.accounts.transactions(
                        page: WalletPageRequest(cursor: bad), by: wallet.member("a"))
                }
                #expect(error?.reason == .validation && error?.field == .pageToken)
            }
            for caller in [wallet.member("b"), wallet.member("a", in: .live)] {
                let error = await #expect(throws: WalletError.self) {
                    try await wallet.accounts.transactions(page: WalletPageRequest(cursor: cursor), by: caller)
                }
                #expect(error?.reason == .validation)
            }
            let error = await #expect(throws: WalletError.self) {
                try await wallet.redemptions.list(page: WalletPageRequest(cursor: cursor), by: wallet.member("a"))
            }
            #expect(error?.reason == .validation)
            for limit in [0, 101, -1] {
                #expect(throws: WalletError.self) { try WalletPageRequest(limit: limit) }
            }
        }
    }

    private static func fill(_ wallet: WalletFixture) async throws {
        try await wallet.context.pool.withTransaction { connection in
            _ = try await connection.query(
                """
                insert into wallet_transactions (environment, external_user_id, sequence, transaction_id, type, cause,
                    amount, balance_after, received_after, created_at)
                select 'SANDBOX', 'm', n, 'seed' || n, 'CREDIT', 'mint', 1, n, n, now() from generate_series(1, \
                $1::bigint) n
                """, [.int(rows)], timeout: .seconds(120))
            _ = try await connection.query(
                "update wallet_members set balance = $1, amount_received = $1, ledger_sequence = $1", [.int(rows)])
            // The checks at commit run here, where they may take their time.
            _ = try await connection.query("set constraints all immediate", timeout: .seconds(120))
        }
        _ = try await wallet.context.pool.query("analyze wallet_transactions")
    }

    private static func plan(_ wallet: WalletFixture, before: Int64) async throws -> (text: String, buffers: Int) {
        let page = LedgerStore.page("m", .sandbox, before: before, limit: 101).statement
        let lines = try await wallet.context.pool.query(
            "explain (analyze, buffers, costs, timing off, summary off) " + page.sql, page.parameters
        ).map { try $0.value(as: String.self) }
        let counted = lines.first { $0.contains("Buffers:") } ?? ""
        let numbers = counted.split { !$0.isNumber }.compactMap { Int($0) }
        #expect(!numbers.isEmpty, "the plan tells no buffers: \(lines)")
        return (lines.joined(separator: "\n"), numbers.reduce(0, +))
    }
}
