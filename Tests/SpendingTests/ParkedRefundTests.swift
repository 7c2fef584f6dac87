import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

@Suite("A refund of a spend with a parked leg")
struct ParkedRefundTests {
    private static func with(_ body: (SpendingFixture) async throws -> Void) async throws {
        let plugins = [try ParkedLegTests.faulty("prg_a"), try SpendingFixture.flatRate("prg_b")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", [("prg_a", 1), ("prg_b", 1)])
            let day = PeriodTotalTests.noon(dayOfYear: 10)
            _ = try await fixture.recordSpend.record(spend("s1", amount: 240_00, at: day))
            try await body(fixture)
            let faults = try await RefundBooks.faults(in: fixture.pool)
            #expect(faults == [])
        }
    }

    /// What the parked leg of 120.00 earns under tiers: 2 a unit up to 100, 1 beyond.
    private static func tiered(_ amountMinor: Int64) -> Int64 {
        (min(amountMinor, 100_00) * 2 + max(0, amountMinor - 100_00)) * 10_000
    }

    @Test("takes its money; what it earns later is earned on what is left, and telescopes from then on")
    func settledLater() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 60_00))
            let second = try await fixture.recordRefund(refund("r2", of: "s1", amount: 20_00))
            #expect(second.refund.clawbacks.map(\.micro) == [0, 10_000_000])
            #expect(try await fixture.kept("prg_a") == 0)

            fixture.plugins.install(try SpendingFixture.tiers("prg_a", version: 2))
            let report = try await fixture.retryParkedLegs(programID: "prg_a")
            #expect(report.settled == 1)
            #expect(try await fixture.kept("prg_a") == Self.tiered(80_00))
            #expect(try await fixture.number("select accepted_minor from period_totals") == 80_00)
            #expect(
                try await fixture.number("select earned_micro from legs where program_id = 'prg_a'")
                    == Self.tiered(120_00))
            let first = try await fixture.getRefund("r1")
            #expect(first.clawbacks[0].amountMinor == 30_00)
            #expect(first.clawbacks[0].micro == Self.tiered(120_00) - Self.tiered(90_00))

            _ = try await fixture.undoRefund("r1")
            #expect(try await fixture.kept("prg_a") == Self.tiered(110_00))
            _ = try await fixture.undoRefund("r2")
            #expect(try await fixture.kept("prg_a") == Self.tiered(120_00))
            _ = try await fixture.recordRefund(refund("r3", of: "s1", amount: 240_00))
            #expect(try await fixture.kept("prg_a") == 0)
            #expect(try await fixture.number("select accepted_minor from period_totals") == 0)
        }
    }

    @Test("in whole leaves nothing for a leg that is settled later")
    func wholeThenSettled() async throws {
        try await Self.with { fixture in
            _ = try await fixture.recordRefund(refund("r1", of: "s1", amount: 240_00))
            fixture.plugins.install(try SpendingFixture.flatRate("prg_a", "3", version: 2))
            let report = try await fixture.retryParkedLegs(programID: "prg_a")
            #expect(report.settled == 1)
            #expect(try await fixture.kept("prg_a") == 0)
            #expect(try await fixture.number("select count(*) from refund_movements where cause = 'settlement'") == 1)
            _ = try await fixture.undoRefund("r1")
            #expect(try await fixture.kept("prg_a") == 360_000_000)
        }
    }
}
