import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A refund of a spend")
struct RecordRefundTests {
    private static func with(_ body: (SpendingFixture) async throws -> Void) async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a"), try SpendingFixture.flatRate("prg_b", "2")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 2)])
            try await body(fixture)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("in whole takes all that the spend has earned")
    func whole() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s0", amount: 1))
            let recorded = try await fixture.recordSpend.record(spend("s1", amount: 10_00)).recorded
            let before = (try await fixture.kept("prg_a"), try await fixture.kept("prg_b"))
            let answer = try await fixture.recordRefund(refund("r1", of: "s1", amount: 10_00))
            #expect(!answer.replayed)
            #expect(answer.refund.status == .applied && answer.refund.rule == "NAMED" && answer.refund.cardID == "card")
            #expect(
                answer.refund.parts.map(\.spendID) == ["s1"] && answer.refund.parts.map(\.amountMinor) == [10_00])
            #expect(answer.refund.clawbacks.map(\.programID) == ["prg_a", "prg_b"])
            #expect(answer.refund.clawbacks.map(\.amountMinor) == recorded.legs.map(\.amountMinor))
            #expect(answer.refund.clawbacks.map(\.micro) == recorded.legs.map(\.earnedMicro))
            let after = (try await fixture.kept("prg_a"), try await fixture.kept("prg_b"))
            #expect(after.0 == before.0 - recorded.legs[0].earnedMicro)
            #expect(after.1 == before.1 - recorded.legs[1].earnedMicro)
            let total = try await fixture.number("select total_minor from running_totals")
            #expect(total == 10_01, "a refund moves no running total (I-3)")
        }
    }

    @Test("in parts, in any order and with one undone between, comes to the same as one refund")
    func parts() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s0", amount: 7))
            _ = try await fixture.recordSpend.record(spend("s1", amount: 10_01))
            _ = try await fixture.recordSpend.record(spend("s2", amount: 5_00))
            for (number, amount) in [Int64(1), 3_33, 2, 4_00].enumerated() {
                _ = try await fixture.recordRefund(refund("r\(number)", of: "s1", amount: amount))
            }
            let undone = try await fixture.undoRefund("r1")
            #expect(undone.refund.status == .undone && undone.refund.parts.isEmpty && undone.refund.clawbacks.isEmpty)
            _ = try await fixture.recordRefund(refund("r9", of: "s1", amount: 5_98))
            #expect(try await fixture.refunded("s1") == 10_01)
            let left = try await fixture.number(
                """
                select coalesce(sum(abs(l.earned_micro - t.micro) + abs(l.amount_minor - t.amount)), 0)::int8 from \
                legs l
                  join (select m.spend_id, c.program_id, sum(c.earned_micro) micro, sum(c.amount_minor) amount
                          from refund_movements m join clawbacks c using (card_id, movement_number) group by 1, 2) t
                 using (spend_id, program_id) where l.spend_id = 's1'
                """)
            #expect(left == 0)
        }
    }

    @Test("is one refund however often it is sent, and another content under its id is refused")
    func replays() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1"))
            let first = try await fixture.recordRefund(refund("r1", of: "s1", amount: 1_00))
            let again = try await fixture.recordRefund(refund("r1", of: "s1", amount: 1_00))
            #expect(again.replayed && again.refund == first.refund)
            for other in [
                refund("r1", of: "s1", amount: 1_01), refund("r1", of: "s1", card: "card", amount: 1_00),
                refund("r1", card: "card", amount: 1_00), refund("r1", of: "s1", amount: 1_00, mcc: "5411"),
                refund("r1", of: "s1", amount: 1_00, clearing: "auth"),
            ] {
                #expect(try await reason { _ = try await fixture.recordRefund(other) } == .refundConflict)
            }
            #expect(try await fixture.refunded("s1") == 1_00)
        }
    }

    @Test("of more than was cleared and is not yet refunded is refused with nothing done")
    func exceeds() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1"))
            #expect(
                try await reason { _ = try await fixture.recordRefund(refund("r0", of: "s1", amount: 10_01)) }
                    == .refundExceedsSpend)
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 6_00))
            #expect(
                try await reason { _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 4_01)) }
                    == .refundExceedsSpend)
            let refunds = try await fixture.number("select count(*) from refunds")
            #expect(refunds == 1)
            // A refused id was not used up: another content may take it.
            _ = try await fixture.recordRefund(refund("r2", of: "s1", amount: 4_00))
            #expect(try await fixture.kept("prg_a") == 0)
        }
    }

    @Test("is refused when it is malformed, or names what is not there or not the card's")
    func refusals() async throws {
        try await Self.with { fixture in
            try await fixture.register("other")
            _ = try await fixture.recordSpend.record(spend("s1"))
            _ = try await fixture.recordSpend.record(spend("theirs", card: "other"))
            let cases: [(RefundRequest, SpendingError.Reason)] = [
                (refund("", of: "s1", amount: 1), .invalidArgument),
                (refund("r", amount: 1), .invalidArgument),
                (refund("r", of: "s1", amount: 1, mcc: "54"), .invalidArgument),
                (refund("r", of: "s1", amount: 1, currency: "XXX"), .unknownCurrency),
                (refund("r", of: "s1", amount: 0), .notPositive),
                (refund("r", of: "s1", amount: 1_000_000_000_000_001), .amountTooLarge),
                (refund("r", of: "s1", card: "nobody", amount: 1), .unknownCard),
                (refund("r", of: "nothing", amount: 1), .unknownSpend),
                (refund("r", of: "theirs", card: "card", amount: 1), .spendOfAnotherCard),
                (refund("r", of: "s1", amount: 1, currency: "EUR"), .currencyMismatch),
            ]
            for (request, expected) in cases {
                #expect(try await reason { _ = try await fixture.recordRefund(request) } == expected)
            }
            #expect(try await reason { _ = try await fixture.undoRefund("r") } == .unknownRefund)
            #expect(try await reason { _ = try await fixture.getRefund("r") } == .unknownRefund)
            let refunds = try await fixture.number("select count(*) from refunds")
            #expect(refunds == 0)
        }
    }

    @Test("of a spend without links gives back what was held, and of a refused spend what was excluded")
    func buckets() async throws {
        try await Self.with { fixture in
            try await fixture.register("bare")
            _ = try await fixture.recordSpend.record(spend("s1", card: "bare"))
            let answer = try await fixture.recordRefund(refund("r1", of: "s1", amount: 4_00))
            #expect(answer.refund.clawbacks.isEmpty)
            #expect(answer.refund.parts.map(\.heldMinor) == [4_00])
            let undone = try await fixture.undoRefund("r1")
            #expect(undone.refund.status == .undone)
        }
    }

    @Test("that is undone twice is undone once")
    func undoneTwice() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1"))
            let earned = try await fixture.kept("prg_b")
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 9_99))
            let first = try await fixture.undoRefund("r1")
            let second = try await fixture.undoRefund("r1")
            #expect(!first.replayed && second.replayed && first.refund == second.refund)
            #expect(try await fixture.kept("prg_b") == earned)
            #expect(try await fixture.refunded("s1") == 0)
            // The id stays the undone refund's.
            let replay = try await fixture.recordRefund(refund("r1", of: "s1", amount: 9_99))
            #expect(replay.replayed && replay.refund.status == .undone)
        }
    }

    @Test("of a capped leg gives back what the cap granted, and the month has room again")
    func capped() async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.tiers("prg_a")]) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            let day = PeriodTotalTests.noon(dayOfYear: 10)
            _ = try await fixture.recordSpend.record(spend("s1", amount: 120_00, at: day))
            let capped = try await fixture.recordSpend.record(spend("s2", amount: 50_00, at: day)).recorded
            #expect(capped.legs[0].earnedMicro == 30_000_000 && capped.decision.excludedMinor == 20_00)
            // The last 20.00 earned nothing, so a refund of 25.00 takes five points only.
            let answer = try await fixture.recordRefund(refund("r1", of: "s2", amount: 25_00))
            #expect(answer.refund.clawbacks.map(\.micro) == [5_000_000])
            #expect(answer.refund.parts.map(\.excludedMinor) == [20_00])
            #expect(try await fixture.number("select accepted_minor from period_totals") == 145_00)
            let next = try await fixture.recordSpend.record(spend("s3", amount: 10_00, at: day)).recorded
            #expect(next.legs[0].amountMinor == 5_00)
            _ = try await fixture.recordRefund(refund("r2", of: "s2", amount: 25_00))
            #expect(try await fixture.number("select accepted_minor from period_totals") == 125_00)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    @Test("asks the plugin and configuration that decided the spend, whatever is in force now")
    func pinned() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1", amount: 9_00))
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "50", version: 2))
            let answer = try await fixture.recordRefund(refund("r1", of: "s1", amount: 6_00))
            #expect(answer.refund.clawbacks.first { $0.programID == "prg_a" }?.micro == 2_000_000)
        }
    }

    @Test("is held while the plugin that decided its spend is not there, and an operator lets it go on")
    func unavailable() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordSpend.record(spend("s1", amount: 9_00))
            let former = try SpendingFixture.flatRate("prg_a")
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "50", version: 2))
            fixture.plugins.forgetFormer("prg_a")
            let held = try await fixture.recordRefund(refund("r1", of: "s1", amount: 6_00))
            #expect(held.refund.status == .held && held.refund.reason == "PLUGIN_UNAVAILABLE")
            #expect(held.refund.parts.isEmpty && held.refund.settledAt == nil)
            #expect(try await fixture.number("select count(*) from refund_movements") == 0)
            let list = try await fixture.listRefunds(status: .held)
            #expect(list.refunds == [held.refund])
            // What needs no question goes on: a whole refund asks nobody.
            let target = [ReattributeRefund.Target(spendID: "s1", amountMinor: 6_00)]
            #expect(
                try await reason { _ = try await fixture.reattributeRefund("r1", to: target) } == .pluginUnavailable)
            fixture.plugins.install(former)
            let applied = try await fixture.reattributeRefund("r1", to: target)
            #expect(applied.refund.status == .applied && applied.refund.rule == "OPERATOR")
            #expect(applied.refund.clawbacks.first { $0.programID == "prg_a" }?.micro == 2_000_000)
        }
    }
}
