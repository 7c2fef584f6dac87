import Audit
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing
import Waiting

/// Held money that an instance from before there was a list has recorded: it writes the spend alone.
@Suite("Held money in no list")
struct UnlistedSpendTests {
    private static func with(_ body: (SpendingFixture) async throws -> Void) async throws {
        try await SpendingFixture.with(plugins: [try SpendingFixture.flatRate("prg_a")]) { fixture in
            try await fixture.register("card")
            try await fixture.register("other")
            try await body(fixture)
            let faults = try await fixture.faults()
            #expect(faults == [])
        }
    }

    /// What such an instance leaves of these spends.
    private static func unlist(_ spendIDs: String..., in fixture: SpendingFixture) async throws {
        _ = try await fixture.pool.query(
            "delete from held_spends where spend_id = any($1)", [.textArray(spendIDs)])
    }

    @Test("is named by verify, listed with what refunds took of it, and then released as any other")
    func listed() async throws {
        try await Self.with { fixture in
            // One is released and one has expired: they do not come back.
            for id in ["s1", "s2", "s3", "s4"] { _ = try await fixture.recordSpend.record(spend(id)) }
            try await fixture.setPreference("card", [("prg_a", 1)])
            _ = try await fixture.releaseWorker().sweep()
            try await fixture.setPreference("card", [])
            for id in ["s5", "s6", "s7"] { _ = try await fixture.recordSpend.record(spend(id)) }
            _ = try await fixture.recordSpend.record(spend("o1", card: "other"))
            _ = try await fixture.recordRefund(refund("r1", of: "s6", amount: 4_00))
            let before = try await fixture.heldMoney.list()
            try await Self.unlist("s5", "s6", "o1", in: fixture)
            let named = try await Verify(pool: fixture.pool, logger: SpendingFixture.quiet)().violations
                .filter { $0.check == .heldSpends }.map { $0.key["spend_id"] ?? "" }
            #expect(Set(named) == ["s5", "s6", "o1"] && named.count == 3)

            try await fixture.releaseWorker().listUnlistedSpends()
            #expect(try await fixture.heldMoney.list() == before)
            #expect(try await fixture.faults() == [])
            try await fixture.releaseWorker().listUnlistedSpends()
            #expect(try await fixture.heldMoney.list() == before)

            try await fixture.setPreference("card", [("prg_a", 1)])
            #expect(try await fixture.releaseWorker().sweep().released == 3)
            #expect(try await fixture.kept("prg_a") == 66_000_000)
        }
    }

    @Test("is listed when the service starts, and what a link decides of it is released at once")
    func atStart() async throws {
        try await Self.with { fixture in
            for id in ["s1", "s2"] { _ = try await fixture.recordSpend.record(spend(id)) }
            try await Self.unlist("s1", "s2", in: fixture)
            try await fixture.setPreference("card", [("prg_a", 1)])
            let released = Signal()
            let worker = ReleaseWorker(
                pool: fixture.pool, plugins: fixture.plugins, positions: PositionsByHand(),
                positionsDue: released, sweepEvery: .seconds(3600), logger: SpendingFixture.quiet)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await worker.run() }
                await released.wait(beyond: 0)
                group.cancelAll()
            }
            #expect(try await fixture.kept("prg_a") == 20_000_000)
        }
    }
}
