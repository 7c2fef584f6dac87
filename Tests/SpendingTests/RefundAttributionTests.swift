import OperatorRecord
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A refund that names no spend")
struct RefundAttributionTests {
    private static func with(
        policy: AttributionPolicy = .standard, _ body: (SpendingFixture, RecordRefund) async throws -> Void
    ) async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let record = RecordRefund(
                pool: fixture.pool, configuration: SpendingConfiguration(refundAttribution: policy),
                pinnedPlugins: fixture.plugins.pinned, positions: PositionsByHand())
            try await body(fixture, record)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    private static func buy(
        _ spendID: String, _ amount: Int64, at merchant: String, day: Int64, clearing: String = "",
        _ fixture: SpendingFixture
    ) async throws {
        var request = spend(
            spendID, amount: amount, at: PeriodTotalTests.noon(dayOfYear: day), clearing: clearing)
        request.merchantName = merchant
        _ = try await fixture.recordSpend.record(request)
    }

    private static func parts(_ refund: RecordedRefund) -> [String] {
        refund.parts.map { "\($0.spendID) \($0.amountMinor)" }
    }

    @Test("is of the oldest untouched spend of that merchant and amount, with the candidates kept")
    func sameAmount() async throws {
        try await Self.with { fixture, record in
            try await Self.buy("s1", 30_00, at: "Shoes", day: 10, fixture)
            try await Self.buy("s2", 30_00, at: "Shoes", day: 12, fixture)
            try await Self.buy("s3", 30_00, at: "Books", day: 9, fixture)
            _ = try await record(refund("touched", of: "s1", amount: 1))
            let answer = try await record(
                refund("r1", card: "card", amount: 30_00, merchant: "SHOES", at: PeriodTotalTests.noon(dayOfYear: 20)))
            #expect(answer.refund.rule == "SAME_MERCHANT_AND_AMOUNT" && answer.refund.spendID == nil)
            #expect(Self.parts(answer.refund) == ["s2 3000"])
            #expect(answer.refund.candidatesJSON.contains("OTHER_AMOUNT"))
            let again = try await record(
                refund("r1", card: "card", amount: 30_00, merchant: "SHOES", at: PeriodTotalTests.noon(dayOfYear: 20)))
            #expect(again.replayed && again.refund == answer.refund)
        }
    }

    @Test("of another amount is of the merchant's spends first in, first out, inside the window only")
    func firstInFirstOut() async throws {
        try await Self.with(policy: AttributionPolicy(windowDays: 30)) { fixture, record in
            try await Self.buy("old", 50_00, at: "Shoes", day: 1, fixture)
            try await Self.buy("s1", 20_00, at: "Shoes", day: 40, fixture)
            try await Self.buy("s2", 20_00, at: "Shoes", day: 41, fixture)
            let answer = try await record(
                refund("r1", card: "card", amount: 25_00, merchant: "shoes", at: PeriodTotalTests.noon(dayOfYear: 60)))
            #expect(answer.refund.rule == "FIRST_IN_FIRST_OUT")
            #expect(Self.parts(answer.refund) == ["s1 2000", "s2 500"])
            #expect(try await fixture.refunded("old") == 0)
        }
    }

    @Test("of another merchant is shared over what is open, and one that fits nothing is held and can be attributed")
    func proRataAndHold() async throws {
        try await Self.with { fixture, record in
            try await Self.buy("s1", 30_00, at: "Shoes", day: 10, fixture)
            try await Self.buy("s2", 10_00, at: "Books", day: 11, fixture)
            let later = PeriodTotalTests.noon(dayOfYear: 20)
            let shared = try await record(
                refund("r1", card: "card", amount: 4_00, mcc: "7995", merchant: "Elsewhere", at: later))
            #expect(shared.refund.rule == "PRO_RATA" && Self.parts(shared.refund) == ["s1 300", "s2 100"])
            let held = try await record(
                refund("r2", card: "card", amount: 40_00, mcc: "7995", merchant: "Elsewhere", at: later))
            #expect(held.refund.status == .held && held.refund.reason == "REFUND_FITS_NO_SPEND")
            #expect(held.refund.candidatesJSON.contains("NOT_OPEN_ENOUGH"))
            _ = try await fixture.undoRefund("r1")
            let moved = try await fixture.reattributeRefund(
                "r2", to: [.init(spendID: "s1", amountMinor: 30_00), .init(spendID: "s2", amountMinor: 10_00)])
            #expect(moved.refund.rule == "OPERATOR" && moved.refund.candidatesJSON == held.refund.candidatesJSON)
            #expect(try await fixture.kept("prg_a") == 0)
        }
    }

    @Test("that names an authorisation is of its clearings, or held when they are not open enough")
    func linked() async throws {
        try await Self.with { fixture, record in
            _ = try await fixture.authorizeSpend(authorization("a1"))
            try await Self.buy("s1", 10_00, at: "Shoes", day: 10, clearing: "a1", fixture)
            try await Self.buy("s2", 90_00, at: "Shoes", day: 10, fixture)
            let later = PeriodTotalTests.noon(dayOfYear: 200)
            let answer = try await record(refund("r1", card: "card", amount: 6_00, at: later, clearing: "a1"))
            #expect(answer.refund.rule == "EXACT_LINK" && Self.parts(answer.refund) == ["s1 600"])
            let held = try await record(refund("r2", card: "card", amount: 6_00, at: later, clearing: "a1"))
            #expect(held.refund.reason == "REFUND_LINK_NOT_OPEN_ENOUGH")
        }
    }

    @Test("is moved to other spends in one step, back again, and the operator's record is written once")
    func reattributed() async throws {
        try await Self.with { fixture, record in
            try await Self.buy("s1", 30_00, at: "Shoes", day: 10, fixture)
            try await Self.buy("s2", 30_00, at: "Shoes", day: 11, fixture)
            let later = PeriodTotalTests.noon(dayOfYear: 20)
            let before = try await record(refund("r1", card: "card", amount: 20_00, merchant: "shoes", at: later))
            let note = AuditEntry(clientID: "someone", action: "ReattributeRefund", subject: "r1")
            let there: [ReattributeRefund.Target] = [
                .init(spendID: "s1", amountMinor: 5_00), .init(spendID: "s2", amountMinor: 15_00),
            ]
            let moved = try await fixture.reattributeRefund("r1", to: there, audit: note)
            #expect(!moved.replayed && Set(Self.parts(moved.refund)) == ["s1 500", "s2 1500"])
            let again = try await fixture.reattributeRefund("r1", to: there, audit: note)
            #expect(again.replayed && again.refund == moved.refund)
            #expect(try await fixture.number("select count(*) from operator_actions") == 1)
            let back = try await fixture.reattributeRefund(
                "r1", to: [.init(spendID: "s1", amountMinor: 20_00)], audit: note)
            #expect(Self.parts(back.refund) == Self.parts(before.refund))
            #expect(back.refund.clawbacks == before.refund.clawbacks)
            for (targets, expected) in [
                ([ReattributeRefund.Target(spendID: "s1", amountMinor: 19_99)], SpendingError.Reason.partsDoNotSum),
                ([.init(spendID: "nothing", amountMinor: 20_00)], .unknownSpend),
                (
                    [.init(spendID: "s1", amountMinor: 10_00), .init(spendID: "s1", amountMinor: 10_00)],
                    .invalidArgument
                ),
                ([], .invalidArgument),
            ] {
                let refused = try await reason { _ = try await fixture.reattributeRefund("r1", to: targets) }
                #expect(refused == expected)
            }
            _ = try await fixture.undoRefund("r1")
            #expect(try await reason { _ = try await fixture.reattributeRefund("r1", to: there) } == .refundUndone)
            #expect(try await reason { _ = try await fixture.reattributeRefund("r9", to: there) } == .unknownRefund)
        }
    }
}
