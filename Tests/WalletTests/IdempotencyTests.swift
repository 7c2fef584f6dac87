import PostgreSQL
import Rewards
import Testing

@testable import Wallet

@Suite("The wallet under concurrency and repetition")
struct IdempotencyTests {
    static func key(_ text: String = "k") throws -> WalletIdempotency { try WalletIdempotency(key: text) }

    private static func credit(
        _ member: String, _ amount: Int64, reason: String? = nil, _ wallet: WalletFixture
    ) async throws {
        _ = try await wallet.accounts.credit(
            member, amount: amount, reason: reason, by: wallet.backend, idempotency: key(), now: wallet.now)
    }

    @Test("64 concurrent redeemers with points for 10: exactly 10 succeed, the others lack points")
    func redeemers() async throws {
        try await WalletFixture.with(poolSizeMax: 16) { wallet in
            try await wallet.join("m", points: 10 * 7)
            for index in 0..<64 { try await wallet.offer("o\(index)", price: 7) }
            let outcomes = await withTaskGroup(of: WalletError.Reason?.self) { group in
                for index in 0..<64 {
                    group.addTask {
                        do {
                            _ = try await wallet.redemptions.redeem(
                                offer: "o\(index)", by: wallet.member("m"), now: wallet.now)
                            return nil
                        } catch { return (error as? WalletError)?.reason ?? .internalFault }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.filter { $0 == nil }.count == 10)
            #expect(outcomes.filter { $0 == .insufficientPoints }.count == 54)
            let totals = try await wallet.accounts.wallet(by: wallet.member("m"))
            #expect([totals.balance, totals.amountReceived, totals.amountSpent] == [0, 70, 70])
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("64 concurrent equal mints with one key credit once and answer the same")
    func equalMints() async throws {
        try await WalletFixture.with(poolSizeMax: 16) { wallet in
            try await wallet.join("m")
            let key = try Self.key()
            let answers = try await withThrowingTaskGroup(of: WalletAnswer<WalletCredit>.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        try await wallet.accounts.credit(
                            "m", amount: 5, by: wallet.backend, idempotency: key, now: wallet.now)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.value)).count == 1)
            #expect(answers.filter { !$0.isReplayed }.count == 1)
            let page = try await wallet.accounts.transactions(page: WalletPageRequest(), by: wallet.member("m"))
            #expect(page.items.map(\.amount) == [5])
        }
    }

    @Test("a replay gives the first answer even after the wallet moved on; another request is refused")
    func replay() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m")
            let first = try await wallet.accounts.credit(
                "m", amount: 5, by: wallet.backend, idempotency: Self.key(), now: wallet.now)
            _ = try await wallet.accounts.credit("m", amount: 9, by: wallet.backend, now: wallet.now)
            let second = try await wallet.accounts.credit(
                "m", amount: 5, by: wallet.backend, idempotency: Self.key(), now: wallet.now)
            #expect(second.isReplayed && second.value == first.value)
            try await wallet.join("n")
            let others: [@Sendable () async throws -> Void] = [
                { try await Self.credit("m", 6, wallet) }, { try await Self.credit("n", 5, wallet) },
                { try await Self.credit("m", 5, reason: "promo", wallet) },
                {
                    _ = try await wallet.members.remove(
                        "m", retainBalance: true, by: wallet.backend, idempotency: Self.key(), now: wallet.now)
                },
            ]
            for other in others {
                let error = await #expect(throws: WalletError.self) { try await other() }
                #expect(error?.reason == .idempotencyKeyReused)
            }
            // An empty reason is none, as gRPC has it.
            try await Self.credit("m", 5, reason: "", wallet)
            // A member's keys and the other environment's are others.
            try await wallet.offer("o", price: 1)
            let redeemed = try await wallet.redemptions.redeem(
                offer: "o", by: wallet.member("m"), idempotency: Self.key(), now: wallet.now)
            #expect(!redeemed.isReplayed)
            #expect(try await wallet.accounts.wallet(by: wallet.member("m")).balance == 13)
        }
    }

    @Test("a failure is not frozen: the same key succeeds once its cause is gone")
    func failureNotFrozen() async throws {
        try await WalletFixture.with { wallet in
            let member = wallet.member("m")
            try await wallet.join("m", points: 5)
            try await wallet.offer("o", price: 6)
            let error = await #expect(throws: WalletError.self) {
                try await wallet.redemptions.redeem(
                    offer: "o", by: member, idempotency: Self.key(), now: wallet.now)
            }
            #expect(error?.reason == .insufficientPoints)
            _ = try await wallet.accounts.credit("m", amount: 1, by: wallet.backend, now: wallet.now)
            let redeemed = try await wallet.redemptions.redeem(
                offer: "o", by: member, idempotency: Self.key(), now: wallet.now)
            #expect(!redeemed.isReplayed && redeemed.value.status == .submitted)
        }
    }

    @Test("a key is 1 to 255 characters", arguments: [(0, false), (1, true), (255, true), (256, false)])
    func keyLength(count: Int, isAllowed: Bool) {
        let key = String(repeating: "é", count: count)
        let made = try? WalletIdempotency(key: key)
        #expect((made != nil) == isAllowed)
    }
}
