import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A refund that names an authorisation and no spend", .timeLimit(.minutes(15)))
struct LinkedRefundTests {
    private static func with(_ body: (SpendingFixture) async throws -> Void) async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            for card in ["card", "other"] { try await fixture.register(card, [("prg_a", 1)]) }
            try await body(fixture)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    private static func parts(_ refund: RecordedRefund) -> [String] {
        refund.parts.map { "\($0.spendID) \($0.amountMinor)" }
    }

    private static func isNothing(_ report: RefundWorker.Report) -> Bool { report.applied == 0 && report.held == 0 }

    private static func noon(_ day: Int64) -> PostgresTimestamp { PeriodTotalTests.noon(dayOfYear: day) }

    @Test("is held while nothing of it has cleared, with nothing taken from other spends, and taken when it clears")
    func notCleared() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("groceries", amount: 50_00, at: Self.noon(10)))
            _ = try await fixture.authorizeSpend(authorization("hotel"))
            let request = refund("r1", card: "card", amount: 20_00, at: Self.noon(20), clearing: "hotel")
            let held = try await fixture.recordRefund(request)
            #expect(held.refund.status == .held && held.refund.reason == "REFUND_LINK_NOT_CLEARED")
            #expect(held.refund.parts.isEmpty && held.refund.rule == nil)
            #expect(try await fixture.refunded("groceries") == 0)
            #expect(try await fixture.listRefunds(status: .held).refunds == [held.refund])
            #expect(Self.isNothing(try await fixture.refundWorker.sweep()))

            _ = try await fixture.recordSpend.record(
                spend("hotel-1", amount: 50_00, at: Self.noon(30), clearing: "hotel"))
            let reports = try await withThrowingTaskGroup(of: RefundWorker.Report.self) { group in
                for _ in 0..<4 { group.addTask { try await fixture.refundWorker.sweep() } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(reports.reduce(0) { $0 + $1.applied } == 1)
            let applied = try await fixture.getRefund("r1")
            #expect(applied.status == .applied && applied.rule == "EXACT_LINK" && applied.reason == nil)
            #expect(Self.parts(applied) == ["hotel-1 2000"] && applied.candidatesJSON.contains("hotel-1"))
            #expect(try await fixture.refunded("groceries") == 0)
            let again = try await fixture.recordRefund(request)
            #expect(again.replayed && again.refund == applied)
        }
    }

    @Test(
        "is held when no authorisation has that id or it is another card's, for an operator to attribute or undo"
    )
    func mistyped() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("groceries", amount: 50_00, at: Self.noon(10)))
            _ = try await fixture.authorizeSpend(authorization("theirs", card: "other"))
            _ = try await fixture.recordSpend.record(
                spend("their-hotel", card: "other", amount: 50_00, clearing: "theirs"))
            let unknown = try await fixture.recordRefund(
                refund("r1", card: "card", amount: 20_00, merchant: "Corner shop", at: Self.noon(20), clearing: "hotle")
            )
            #expect(unknown.refund.status == .held && unknown.refund.reason == "REFUND_LINK_UNKNOWN")
            let foreign = try await fixture.recordRefund(
                refund(
                    "r2", card: "card", amount: 50_00, merchant: "Corner shop", at: Self.noon(20), clearing: "theirs"))
            #expect(foreign.refund.status == .held && foreign.refund.reason == "REFUND_LINK_OF_ANOTHER_CARD")
            #expect(Self.isNothing(try await fixture.refundWorker.sweep()))
            #expect(try await fixture.refunded("groceries") == 0)
            #expect(try await fixture.refunded("their-hotel") == 0)
            let moved = try await fixture.reattributeRefund("r1", to: [.init(spendID: "groceries", amountMinor: 20_00)])
            #expect(moved.refund.status == .applied && moved.refund.rule == "OPERATOR")
            #expect(try await fixture.undoRefund("r2").refund.status == .undone)
            #expect(Self.isNothing(try await fixture.refundWorker.sweep()))
        }
    }

    @Test("waits until its clearings are open enough, and takes the oldest first")
    func inParts() async throws {
        try await Self.with { fixture in
            _ = try await fixture.authorizeSpend(authorization("a1"))
            _ = try await fixture.recordRefund(refund("r1", card: "card", amount: 20_00, clearing: "a1"))
            _ = try await fixture.recordSpend.record(spend("s1", amount: 15_00, at: Self.noon(10), clearing: "a1"))
            #expect(Self.isNothing(try await fixture.refundWorker.sweep()))
            let second = try await fixture.recordRefund(refund("r2", card: "card", amount: 16_00, clearing: "a1"))
            #expect(second.refund.reason == "REFUND_LINK_NOT_OPEN_ENOUGH")
            _ = try await fixture.recordSpend.record(spend("s2", amount: 10_00, at: Self.noon(11), clearing: "a1"))
            #expect(try await fixture.refundWorker.sweep().applied == 1)
            #expect(Self.parts(try await fixture.getRefund("r1")) == ["s1 1500", "s2 500"])
            #expect(try await fixture.getRefund("r2").status == .held)
            // What another refund gives back is open for the next that names the authorisation.
            _ = try await fixture.undoRefund("r1")
            #expect(try await fixture.refundWorker.sweep().applied == 1)
            #expect(Self.parts(try await fixture.getRefund("r2")) == ["s1 1500", "s2 100"])
        }
    }

    @Test(
        "comes to the same whether it arrives before the authorisation, before the clearing or after it",
        arguments: 0..<4)
    func anyOrder(place: Int) async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("groceries", amount: 50_00, at: Self.noon(10)))
            let steps: [(SpendingFixture) async throws -> Void] = [
                { _ = try await $0.authorizeSpend(authorization("a1")) },
                { _ = try await $0.reverseAuthorization("a1") },
                { _ = try await $0.recordSpend.record(spend("s1", amount: 30_00, clearing: "a1")) },
            ]
            for (index, step) in steps.enumerated() {
                if index == place {
                    let answer = try await fixture.recordRefund(
                        refund("r1", card: "card", amount: 20_00, merchant: "Corner shop", clearing: "a1"))
                    #expect(answer.refund.status == .held)
                }
                _ = try await fixture.refundWorker.sweep()
                try await step(fixture)
            }
            if place == steps.count {
                _ = try await fixture.recordRefund(
                    refund("r1", card: "card", amount: 20_00, merchant: "Corner shop", clearing: "a1"))
            }
            _ = try await fixture.refundWorker.sweep()
            let after = try await fixture.getRefund("r1")
            #expect(after.status == .applied && after.rule == "EXACT_LINK" && Self.parts(after) == ["s1 2000"])
        }
    }

    @Test("is tried again when it is held for want of a plugin")
    func plugin() async throws {
        try await Self.with { fixture in
            _ = try await fixture.authorizeSpend(authorization("a1"))
            _ = try await fixture.recordSpend.record(spend("s1", amount: 10_00, clearing: "a1"))
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", version: 2))
            fixture.plugins.forgetFormer("prg_a")
            let held = try await fixture.recordRefund(refund("r1", card: "card", amount: 4_00, clearing: "a1"))
            #expect(held.refund.reason == "PLUGIN_UNAVAILABLE")
            #expect(Self.isNothing(try await fixture.refundWorker.retryHeld()))
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a"))
            #expect(try await fixture.refundWorker.retryHeld().applied == 1)
            #expect(Self.parts(try await fixture.getRefund("r1")) == ["s1 400"])
        }
    }
}
