import Logging
import PostgreSQL
import Rewards
import Testing

@testable import Wallet

@Suite("Holds", .timeLimit(.minutes(15)))
struct HoldTests {
    static func place(
        _ wallet: WalletFixture, _ amount: Int64, of member: String = "m", for lifetime: Duration? = nil,
        key: String? = nil
    ) async throws -> WalletHold {
        try await wallet.holds.place(
            member, amount: amount, reason: "miles", lifetime: lifetime, by: wallet.backend,
            idempotency: key.map { try WalletIdempotency(key: $0) }, now: wallet.now
        ).value
    }

    private static func reason(_ body: () async throws -> Void) async -> WalletError.Reason? {
        do {
            try await body()
            return nil
        } catch { return (error as? WalletError)?.reason ?? .internalFault }
    }

    /// Balance, held and available, received, spent.
    private static func totals(_ wallet: WalletFixture, _ member: String = "m") async throws -> [Int64] {
        let found = try await wallet.accounts.wallet(named: member, by: wallet.backend)
        return [found.balance, found.held, found.available, found.amountReceived, found.amountSpent]
    }

    @Test("a purchase that costs less than its hold: 200 points, 120 held, 90 captured, 110 left")
    func example() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 200)
            let hold = try await Self.place(wallet, 120)
            #expect(hold.status == .held && hold.amount == 120 && hold.captured == 0 && hold.endedAt == nil)
            #expect(hold.expiresAt == wallet.now.advanced(by: .seconds(3600)))
            #expect(try await Self.totals(wallet) == [200, 120, 80, 200, 0])
            let before = try await wallet.accounts.transactions(page: WalletPageRequest(), by: wallet.member("m"))
            #expect(before.items.map(\.amount) == [200], "a hold is no row of the ledger")

            let captured = try await wallet.holds.capture(id: hold.id, amount: 90, by: wallet.backend, now: wallet.now)
            #expect(captured.value.status == .captured && captured.value.captured == 90)
            #expect(captured.value.endedAt == wallet.now)
            #expect(try await Self.totals(wallet) == [110, 0, 110, 200, 90])
            let page = try await wallet.accounts.transactions(page: WalletPageRequest(), by: wallet.member("m"))
            let row = try #require(page.items.first)
            #expect(row.cause == .capture && row.amount == -90 && row.holdID == hold.id && row.reason == "miles")
            #expect(row.redemptionID == nil && row.type == "DEBIT")
            let summary = try await WalletAnalytics(wallet.context).summary(by: wallet.backend)
            #expect(summary.pointsSpent == 90)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("what is held cannot be spent, held again or taken back, and its member cannot be removed")
    func setAside() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            try await wallet.offer("o", price: 41)
            let hold = try await Self.place(wallet, 60)
            #expect(await Self.reason { _ = try await Self.place(wallet, 41) } == .insufficientPoints)
            let redeem = {
                _ = try await wallet.redemptions.redeem(offer: "o", by: wallet.member("m"), now: wallet.now)
            }
            #expect(await Self.reason(redeem) == .insufficientPoints)
            #expect(
                await Self.reason {
                    _ = try await wallet.members.remove("m", retainBalance: true, by: wallet.backend, now: wallet.now)
                } == .conflict)
            // A refund of a purchase takes what is available, and leaves the rest owed.
            let outcomes = try await wallet.context.pool.withTransaction { connection in
                try await WalletPostings(wallet.context, environment: .sandbox).post(
                    [("m", .takeBack(pointsMax: 1000))], now: wallet.now, on: connection)
            }
            guard case .takenBack(points: 40, _) = outcomes[0] else { throw Unexpected("\(outcomes)") }
            #expect(try await Self.totals(wallet) == [60, 60, 0, 100, 40])
            // A credit is not in the way, and what is released can be spent.
            _ = try await wallet.accounts.credit("m", amount: 1, by: wallet.backend, now: wallet.now)
            _ = try await wallet.holds.release(id: hold.id, by: wallet.backend, now: wallet.now)
            try await redeem()
            #expect(try await Self.totals(wallet) == [20, 0, 20, 101, 81])
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("a hold ends once: what is asked again answers the same, what contradicts is refused")
    func ends() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            let capture = { (id: String, amount: Int64?) in
                _ = try await wallet.holds.capture(id: id, amount: amount, by: wallet.backend, now: wallet.now)
            }
            let release = { (id: String) in
                _ = try await wallet.holds.release(id: id, by: wallet.backend, now: wallet.now)
            }
            let first = try await Self.place(wallet, 10)
            #expect(await Self.reason { try await capture(first.id, 11) } == .validation)
            #expect(await Self.reason { try await capture(first.id, 0) } == .validation)
            try await capture(first.id, nil)
            try await capture(first.id, 10)
            #expect(await Self.reason { try await capture(first.id, 9) } == .conflict)
            #expect(await Self.reason { try await release(first.id) } == .conflict)
            let second = try await Self.place(wallet, 10)
            try await release(second.id)
            try await release(second.id)
            #expect(await Self.reason { try await capture(second.id, 10) } == .conflict)
            #expect(await Self.reason { try await capture("hold_none", 10) } == .notFound)
            #expect(await Self.reason { try await release("a\0b") } == .notFound)
            #expect(try await Self.totals(wallet) == [90, 0, 90, 100, 10])
        }
    }

    @Test("a process whose clock is behind that of the one which placed a hold captures and releases it all the same")
    func clocks() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            let behind = wallet.now.advanced(by: .milliseconds(-40))
            let (first, second) = (try await Self.place(wallet, 10), try await Self.place(wallet, 10))
            let captured = try await wallet.holds.capture(id: first.id, by: wallet.backend, now: behind)
            #expect(captured.value.status == .captured && captured.value.endedAt == wallet.now)
            let released = try await wallet.holds.release(id: second.id, by: wallet.backend, now: behind)
            #expect(released.value.status == .released && released.value.endedAt == wallet.now)
            #expect(try await Self.totals(wallet) == [90, 0, 90, 100, 10])
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("fields are checked, and an unknown or removed member has none")
    func fields() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            for amount in [0, -1, WalletRule.pointsMax + 1] {
                #expect(await Self.reason { _ = try await Self.place(wallet, amount) } == .validation)
            }
            for lifetime in [Duration.zero, .seconds(-1), .milliseconds(999), .seconds(30 * 86_400 + 1)] {
                #expect(await Self.reason { _ = try await Self.place(wallet, 1, for: lifetime) } == .validation)
            }
            #expect(await Self.reason { _ = try await Self.place(wallet, 1, of: "nobody") } == .notFound)
            #expect(
                await Self.reason {
                    _ = try await wallet.holds.place("m", amount: 1, by: wallet.member("m"), now: wallet.now)
                } == .forbidden)
            _ = try await wallet.members.remove("m", retainBalance: true, by: wallet.backend, now: wallet.now)
            #expect(await Self.reason { _ = try await Self.place(wallet, 1) } == .notFound)
        }
    }

    @Test("64 calls for holds of 7 with points for 10: exactly 10 are placed; equal keys place one")
    func concurrent() async throws {
        try await WalletFixture.with(poolSizeMax: 16) { wallet in
            try await wallet.join("m", points: 76)
            try await wallet.join("n", points: 76)
            let placed = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<64 { group.addTask { (try? await Self.place(wallet, 7)) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(placed == 10)
            #expect(try await Self.totals(wallet) == [76, 70, 6, 76, 0])
            let same = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<64 { group.addTask { try await Self.place(wallet, 7, of: "n", key: "k").id } }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(same.count == 1)
            #expect(try await Self.totals(wallet, "n")[1] == 7)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("captures, releases and expiry that race for one hold: it ends once")
    func race() async throws {
        try await WalletFixture.with(poolSizeMax: 16) { wallet in
            try await wallet.join("m", points: 1000)
            for _ in 0..<20 {
                let hold = try await Self.place(wallet, 10, for: .seconds(1))
                let late = wallet.now.advanced(by: .seconds(2))
                await withTaskGroup(of: Void.self) { group in
                    group.addTask {
                        _ = try? await wallet.holds.capture(id: hold.id, amount: 4, by: wallet.backend, now: wallet.now)
                    }
                    group.addTask {
                        _ = try? await wallet.holds.release(id: hold.id, by: wallet.backend, now: wallet.now)
                    }
                    group.addTask { _ = try? await Self.expiry(wallet, at: late).expire() }
                }
                let ended = try await wallet.holds.get(id: hold.id, by: wallet.backend)
                #expect(ended.status != .held)
                #expect((ended.status == .captured) == (ended.captured == 4))
                #expect(try await wallet.brokenIdentities() == 0)
            }
        }
    }

    private static func expiry(_ wallet: WalletFixture, at now: PostgresTimestamp) -> WalletHoldExpiry {
        WalletHoldExpiry(
            context: wallet.context, now: { now },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }

    @Test("a hold whose time has run out is expired, in both environments, with an event; it cannot be captured before")
    func expires() async throws {
        try await WalletFixture.with { wallet in
            _ = try await WalletWebhooks(wallet.context).register(
                url: "https://hooks.example.com/w",
                events: ["wallet.hold_created", "wallet.hold_captured", "wallet.hold_released", "wallet.hold_expired"],
                by: wallet.backend, now: wallet.now)
            try await wallet.join("m", points: 100)
            let live = WalletCaller.organisation(.live)
            _ = try await wallet.members.upsert("m", WalletMemberChange(), by: live, now: wallet.now)
            _ = try await wallet.accounts.credit("m", amount: 50, by: live, now: wallet.now)
            let short = try await Self.place(wallet, 10, for: .seconds(5))
            let long = try await Self.place(wallet, 20, for: .seconds(50))
            _ = try await wallet.holds.place("m", amount: 30, lifetime: .seconds(5), by: live, now: wallet.now)

            #expect(try await Self.expiry(wallet, at: wallet.now.advanced(by: .milliseconds(4999))).expire() == 0)
            let due = wallet.now.advanced(by: .seconds(5))
            #expect(
                await Self.reason {
                    _ = try await wallet.holds.capture(id: short.id, by: wallet.backend, now: due)
                } == .conflict, "its time is over, also before the worker has come to it")
            #expect(try await Self.expiry(wallet, at: due).expire() == 2, "one member in each environment")
            #expect(try await Self.expiry(wallet, at: due).expire() == 0)
            #expect(try await wallet.holds.get(id: short.id, by: wallet.backend).status == .expired)
            #expect(try await wallet.holds.get(id: short.id, by: wallet.backend).endedAt == due)
            #expect(try await wallet.holds.get(id: long.id, by: wallet.backend).status == .held)
            #expect(try await Self.totals(wallet) == [100, 20, 80, 100, 0])
            #expect(try await wallet.accounts.wallet(named: "m", by: live).held == 0)
            _ = try await wallet.holds.capture(id: long.id, by: wallet.backend, now: due)
            let events = try await wallet.context.pool.query(
                "select event from wallet_outbox order by created_at, event")
            #expect(
                try events.map { try $0.get("event", as: String.self) } == [
                    "wallet.hold_created", "wallet.hold_created", "wallet.hold_captured", "wallet.hold_expired",
                ])
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("a member whose row is busy does not keep the overdue holds of others waiting")
    func busyMember() async throws {
        try await WalletFixture.with { wallet in
            for id in ["a", "b"] { try await wallet.join(id, points: 10) }
            let first = try await Self.place(wallet, 5, of: "a", for: .seconds(1))
            let second = try await Self.place(wallet, 5, of: "b", for: .seconds(2))
            let late = wallet.now.advanced(by: .seconds(9))
            // As in the service, a statement waits for its lock for a while only.
            var configuration = wallet.context.pool.configuration
            configuration.lockTimeout = .milliseconds(50)
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            let pool = PostgresPool(configuration: configuration, logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.run() }
                try await PostgresConnection.withDedicated(wallet.context.pool.configuration, logger: logger) { other in
                    try await other.execute(
                        "begin; select from wallet_members where external_user_id = 'a' for update")
                    #expect(try await Self.expiry(WalletFixture(pool), at: late).expire() == 1)
                    #expect(try await wallet.holds.get(id: second.id, by: wallet.backend).status == .expired)
                    #expect(try await wallet.holds.get(id: first.id, by: wallet.backend).status == .held)
                    try await other.execute("rollback")
                }
                #expect(try await Self.expiry(WalletFixture(pool), at: late).expire() == 1)
                group.cancelAll()
            }
            #expect(try await wallet.holds.get(id: first.id, by: wallet.backend).status == .expired)
        }
    }

    @Test("a member has at most a hundred active holds")
    func cap() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 1000)
            for _ in 0..<100 { _ = try await Self.place(wallet, 1) }
            #expect(await Self.reason { _ = try await Self.place(wallet, 1) } == .conflict)
            let held = try await wallet.holds.list(status: .held, page: WalletPageRequest(limit: 1), by: wallet.backend)
            _ = try await wallet.holds.release(id: held.items[0].id, by: wallet.backend, now: wallet.now)
            _ = try await Self.place(wallet, 1)
            #expect(try await wallet.brokenIdentities() == 0)
        }
    }

    @Test("the same hold and the same capture under one key are one, whether defaults are written out or not")
    func defaults() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            let first = try await Self.place(wallet, 10, key: "k1")
            #expect(try await Self.place(wallet, 10, for: .seconds(3600), key: "k1").id == first.id)
            let key = try IdempotencyTests.key("k2")
            for amount in [nil, 10] as [Int64?] {
                let answer = try await wallet.holds.capture(
                    id: first.id, amount: amount, by: wallet.backend, idempotency: key, now: wallet.now)
                #expect(answer.value.captured == 10 && answer.isReplayed == (amount != nil))
            }
        }
    }

    @Test("the worker sleeps until the next hold runs out, and ends when cancelled")
    func worker() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            let now = PostgresTimestamp.now
            let hold = try await wallet.holds.place(
                "m", amount: 10, lifetime: .seconds(1), by: wallet.backend, now: now
            ).value
            let worker = WalletHoldExpiry(
                context: wallet.context, poll: .seconds(3600),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await worker.run() }
                while try await wallet.holds.get(id: hold.id, by: wallet.backend).status == .held {
                    try await Task.sleep(for: .milliseconds(20))
                }
                group.cancelAll()
            }
            #expect(try await wallet.holds.get(id: hold.id, by: wallet.backend).status == .expired)
        }
    }

    @Test("lists are the organisation's over all members or one, a member's own, newest first and by status")
    func lists() async throws {
        try await WalletFixture.with { wallet in
            try await wallet.join("m", points: 100)
            try await wallet.join("n", points: 100)
            var ids: [String] = []
            for index in 0..<5 { ids.append(try await Self.place(wallet, 1, of: index == 2 ? "n" : "m").id) }
            _ = try await wallet.holds.release(id: ids[4], by: wallet.backend, now: wallet.now)
            var walked: [String] = []
            var cursor: String?
            repeat {
                let page = try await wallet.holds.list(
                    page: WalletPageRequest(limit: 2, cursor: cursor), by: wallet.backend)
                walked += page.items.map(\.id)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(walked == ids.reversed())
            let own = try await wallet.holds.list(page: WalletPageRequest(), by: wallet.member("m"))
            #expect(own.items.map(\.id) == [ids[4], ids[3], ids[1], ids[0]])
            let held = try await wallet.holds.list(
                named: "m", status: .held, page: WalletPageRequest(), by: wallet.backend)
            #expect(held.items.map(\.id) == [ids[3], ids[1], ids[0]])
            #expect(try await wallet.holds.get(id: ids[0], by: wallet.member("m")).amount == 1)
            #expect(
                await Self.reason { _ = try await wallet.holds.get(id: ids[2], by: wallet.member("m")) } == .notFound)
            #expect(
                await Self.reason {
                    _ = try await wallet.holds.list(named: "x", page: WalletPageRequest(), by: wallet.backend)
                } == .notFound)
        }
    }

    private struct Unexpected: Error {
        init(_ what: String) { Issue.record("\(what)") }
    }
}
