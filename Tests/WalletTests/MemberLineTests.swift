import PostgreSQL
import Testing

@testable import Wallet

@Suite("A member whose row is held", .timeLimit(.minutes(15)))
struct MemberLineTests {
    @Test("keeps one connection waiting, not all: other members are served, and later each credit counts once")
    func otherMembers() async throws {
        try await WalletFixture.with(poolSizeMax: 4) { wallet in
            try await wallet.join("m")
            try await wallet.join("n")
            let pool = wallet.context.pool
            let (held, isHeld) = AsyncStream<Void>.makeStream()
            let (released, release) = AsyncStream<Void>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await pool.withTransaction { connection in
                        _ = try await connection.query(
                            "select from wallet_members where external_user_id = 'm' for update")
                        isHeld.finish()
                        for await _ in released {}
                    }
                }
                for await _ in held {}
                for _ in 0..<20 {
                    group.addTask {
                        _ = try await wallet.accounts.credit("m", amount: 1, by: wallet.backend, now: wallet.now)
                    }
                }
                while pool.waitingInLines < 19 { await Task.yield() }
                for _ in 0..<10 {
                    _ = try await wallet.accounts.credit("n", amount: 1, by: wallet.backend, now: wallet.now)
                }
                release.finish()
                try await group.waitForAll()
            }
            #expect(try await wallet.accounts.wallet(by: wallet.member("m")).balance == 20)
            #expect(try await wallet.accounts.wallet(by: wallet.member("n")).balance == 10)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }
}
