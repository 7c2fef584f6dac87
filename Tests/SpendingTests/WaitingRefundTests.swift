import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing
import Waiting

@Suite("A refund that comes before its spend", .timeLimit(.minutes(15)))
struct WaitingRefundTests {
    private static func with(_ body: (SpendingFixture) async throws -> Void) async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            try await body(fixture)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("waits, and is taken once as soon as the spend is recorded")
    func waits() async throws {
        try await Self.with { fixture in
            let waiting = try await fixture.recordRefund(refund("r1", of: "s1", card: "card", amount: 4_00))
            #expect(waiting.refund.status == .waiting && waiting.refund.settledAt == nil)
            let list = try await fixture.listRefunds(status: .waiting)
            #expect(list.refunds == [waiting.refund])
            let worker = fixture.refundWorker
            let early = try await worker.sweep()
            #expect(early.applied == 0 && early.held == 0)
            _ = try await fixture.recordSpend.record(spend("s1"))
            let reports = try await withThrowingTaskGroup(of: RefundWorker.Report.self) { group in
                for _ in 0..<4 { group.addTask { try await fixture.refundWorker.sweep() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.reduce(0) { $0 + $1.applied } == 1)
            let applied = try await fixture.getRefund("r1")
            #expect(
                applied.status == .applied && applied.rule == "NAMED" && applied.clawbacks.map(\.micro) == [4_000_000])
            #expect(try await fixture.kept("prg_a") == 6_000_000)
            let replay = try await fixture.recordRefund(refund("r1", of: "s1", card: "card", amount: 4_00))
            #expect(replay.replayed && replay.refund == applied)
        }
    }

    @Test("is taken by a running worker that is woken")
    func woken() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordRefund(refund("r1", of: "s1", card: "card", amount: 4_00))
            let recorded = Signal()
            let worker = fixture.refundWorker(recorded)
            let run = Task { await worker.run() }
            _ = try await fixture.recordSpend.record(spend("s1"))
            recorded.raise()
            while try await fixture.getRefund("r1").status == .waiting { await Task.yield() }
            run.cancel()
            await run.value
            #expect(try await fixture.getRefund("r1").status == .applied)
        }
    }

    @Test("of a card that another transaction holds is left for the next sweep, and those of other cards are taken")
    func busyCard() async throws {
        try await Self.with { fixture in
            try await fixture.register("other", [("prg_a", 1)])
            for number in 0..<3 {
                _ = try await fixture.recordRefund(refund("r\(number)", of: "s\(number)", card: "card", amount: 1_00))
            }
            _ = try await fixture.recordRefund(refund("o", of: "t", card: "other", amount: 1_00))
            for number in 0..<3 { _ = try await fixture.recordSpend.record(spend("s\(number)")) }
            _ = try await fixture.recordSpend.record(spend("t", card: "other"))
            try await fixture.pool.whileHolding("card") { group, release in
                let report = try await fixture.refundWorker.sweep()
                #expect(report.applied == 1 && report.busyCards == 1)
                #expect(try await fixture.getRefund("o").status == .applied)
                #expect(try await fixture.getRefund("r0").status == .waiting)
                // A running worker comes back for it by itself.
                let worker = fixture.refundWorker
                let run = Task { await worker.run() }
                release()
                try await group.waitForAll()
                while try await fixture.getRefund("r2").status == .waiting { await Task.yield() }
                run.cancel()
                await run.value
            }
            let report = try await fixture.refundWorker.sweep()
            #expect(report.applied == 0 && report.busyCards == 0)
        }
    }

    @Test("is held when it is more than the spend, or when the spend is another card's")
    func held() async throws {
        try await Self.with { fixture in
            try await fixture.register("other", [("prg_a", 1)])
            _ = try await fixture.recordRefund(refund("r1", of: "s1", card: "card", amount: 10_01))
            _ = try await fixture.recordRefund(refund("r2", of: "s2", card: "card", amount: 1_00))
            _ = try await fixture.recordSpend.record(spend("s1", amount: 10_00))
            _ = try await fixture.recordSpend.record(spend("s2", card: "other"))
            let report = try await fixture.refundWorker.sweep()
            #expect(report.held == 2 && report.applied == 0)
            #expect(try await fixture.getRefund("r1").reason == "REFUND_EXCEEDS_SPEND")
            #expect(try await fixture.getRefund("r2").reason == "SPEND_OF_ANOTHER_CARD")
            // An operator attributes it; the reason goes.
            let answer = try await fixture.reattributeRefund(
                "r2", to: [ReattributeRefund.Target(spendID: "s1", amountMinor: 1_00)])
            #expect(answer.refund.status == .applied && answer.refund.reason == nil)
        }
    }

    @Test("that the database refuses leaves those behind it to be taken")
    func refused() async throws {
        try await Self.with { fixture in
            try await fixture.register("other", [("prg_a", 1)])
            _ = try await fixture.recordRefund(refund("r1", of: "s1", card: "card", amount: 4_00))
            _ = try await fixture.recordRefund(refund("r2", of: "s2", card: "other", amount: 4_00))
            _ = try await fixture.recordSpend.record(spend("s1"))
            _ = try await fixture.recordSpend.record(spend("s2", card: "other"))
            _ = try await fixture.pool.query(
                "alter table clawbacks add constraint clawbacks_refused check (card_id <> 'card')")
            #expect(try await fixture.refundWorker.sweep().applied == 1)
            #expect(try await fixture.getRefund("r1").status == .waiting)
            #expect(try await fixture.getRefund("r2").status == .applied)
            _ = try await fixture.pool.query("alter table clawbacks drop constraint clawbacks_refused")
            #expect(try await fixture.refundWorker.sweep().applied == 1)
            #expect(try await fixture.getRefund("r1").status == .applied)
        }
    }

    @Test("can be undone while it waits, and is not taken then")
    func undone() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordRefund(refund("r1", of: "s1", card: "card", amount: 4_00))
            _ = try await fixture.undoRefund("r1")
            _ = try await fixture.recordSpend.record(spend("s1"))
            let report = try await fixture.refundWorker.sweep()
            #expect(report.applied == 0)
            #expect(try await fixture.kept("prg_a") == 10_000_000)
        }
    }

    @Test("or that lacked a plugin is taken once the plugin is back, and others that are held stay with their operator")
    func pluginIsBack() async throws {
        try await SpendingFixture.with(
            plugins: [try SpendingFixture.flatRate("prg_a"), try SpendingFixture.flatRate("prg_b")]
        ) { fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 2)])
            _ = try await fixture.recordSpend.record(spend("s1", amount: 9_00))
            _ = try await fixture.recordSpend.record(spend("s2", amount: 9_00))
            _ = try await fixture.recordRefund(refund("r0", of: "s3", card: "card", amount: 20_00))
            let former = try SpendingFixture.flatRate("prg_a")
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "50", version: 2))
            fixture.plugins.forgetFormer("prg_a")
            for (id, spendID) in [("r1", "s1"), ("r2", "s1"), ("r3", "s2"), ("r4", "s2")] {
                let held = try await fixture.recordRefund(refund(id, of: spendID, amount: 5_00))
                #expect(held.refund.status == .held && held.refund.reason == "PLUGIN_UNAVAILABLE")
            }
            _ = try await fixture.undoRefund("r4")
            // The spend of r0 comes, smaller than its refund: it waits for an operator, for another reason.
            _ = try await fixture.recordSpend.record(spend("s3", amount: 10_00))
            let worker = fixture.refundWorker
            #expect(try await worker.sweep().held == 1)
            let still = try await worker.retryHeld()
            #expect(still.applied == 0 && still.held == 0)
            #expect(try await OpenRefunds(pool: fixture.pool).counts().held == 4)

            fixture.plugins.install(former)
            let reports = try await withThrowingTaskGroup(of: RefundWorker.Report.self) { group in
                for _ in 0..<3 { group.addTask { try await fixture.refundWorker.retryHeld() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.reduce(0) { $0 + $1.applied } == 2 && reports.reduce(0) { $0 + $1.held } == 1)
            #expect(try await fixture.getRefund("r1").status == .applied)
            #expect(try await fixture.getRefund("r1").rule == "NAMED")
            #expect(try await fixture.getRefund("r2").reason == "REFUND_EXCEEDS_SPEND")
            #expect(try await fixture.getRefund("r3").status == .applied)
            #expect(try await fixture.getRefund("r4").status == .undone)
            #expect(try await fixture.getRefund("r0").reason == "REFUND_EXCEEDS_SPEND")
            let counts = try await OpenRefunds(pool: fixture.pool).counts()
            #expect(counts.held == 2 && counts.waiting == 0)
            #expect(counts.oldestHeldAt == (try await fixture.getRefund("r0").recordedAt))
            #expect(counts.oldestWaitingAt == nil)
            #expect(try await RefundBooks.faults(in: fixture.pool) == [])
        }
    }

    @Test("or that lacked a plugin is taken by a running worker, as the service of another release would")
    func runningWorkerRetries() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1"))
            let former = try SpendingFixture.flatRate("prg_a")
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "50", version: 2))
            fixture.plugins.forgetFormer("prg_a")
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 4_00))
            #expect(try await fixture.getRefund("r1").status == .held)
            fixture.plugins.install(former)
            let recorded = Signal()
            let worker = fixture.refundWorker(recorded)
            let run = Task { await worker.run() }
            while try await fixture.getRefund("r1").status == .held { await Task.yield() }
            run.cancel()
            await run.value
            #expect(try await fixture.kept("prg_a") == 6_000_000)
        }
    }

    @Test("pages through what waits, newest first")
    func pages() async throws {
        try await Self.with { fixture in
            for number in 0..<5 {
                _ = try await fixture.recordRefund(
                    refund("r\(number)", of: "s\(number)", card: "card", amount: 1_00))
            }
            var seen: [String] = []
            var token = ""
            repeat {
                let page = try await fixture.listRefunds(status: .waiting, pageSize: 2, pageToken: token)
                seen += page.refunds.map(\.refundID)
                token = page.nextPageToken
            } while !token.isEmpty
            #expect(seen == ["r4", "r3", "r2", "r1", "r0"])
            let ofCard = try await fixture.listRefunds(cardID: "card", pageSize: 3)
            #expect(ofCard.refunds.map(\.refundID) == ["r4", "r3", "r2"])
            #expect(try await reason { _ = try await fixture.listRefunds() } == .invalidArgument)
            #expect(try await reason { _ = try await fixture.listRefunds(status: .applied) } == .invalidArgument)
            #expect(try await reason { _ = try await fixture.listRefunds(cardID: "nobody") } == .unknownCard)
            #expect(
                try await reason { _ = try await fixture.listRefunds(cardID: "card", pageToken: "x") } == .badPageToken)
        }
    }
}
