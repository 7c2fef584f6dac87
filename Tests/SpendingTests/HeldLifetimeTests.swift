import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Testing

/// Money that is held too long ends, whatever else goes wrong with it or with other cards.
@Suite("The lifetime of held money")
struct HeldLifetimeTests {
    private static let configuration = SpendingConfiguration(heldLifetime: .seconds(60))

    private static func worker(_ fixture: SpendingFixture, isLater: Bool = true) -> ReleaseWorker {
        fixture.releaseWorker(
            configuration, spendsPerBatch: 100,
            now: { isLater ? PostgresTimestamp.now.advanced(by: .seconds(61)) : .now })
    }

    @Test("ends what a link cannot decide, and what it can is decided first")
    func undecided() async throws {
        try await SpendingFixture.with(
            plugins: [try SpendingFixture.flatRate("prg_a", "1000")], configuration: Self.configuration
        ) { fixture in
            try await fixture.register("card", currency: "JPY")
            // The second would earn more than a position may.
            for (id, amount) in [("s1", Int64(5)), ("s2", 2_000_000_000), ("s3", 7)] {
                _ = try await fixture.recordSpend.record(spend(id, amount: amount, currency: "JPY"))
            }
            _ = try await fixture.recordRefund(refund("r1", of: "s2", amount: 500, currency: "JPY"))
            try await fixture.setPreference("card", [("prg_a", 1)])
            let early = try await Self.worker(fixture, isLater: false).sweep()
            #expect(early.released == 2 && early.expired == 0)
            #expect(early.obstacles == ["REWARD_OVERFLOW": 1])
            let late = try await Self.worker(fixture).sweep()
            #expect(late.released == 0 && late.expired == 1 && late.obstacles.isEmpty)
            let release = try #require(try await fixture.get("s2").release)
            #expect(release.outcome == .expired && release.cause == .lifetime)
            #expect(release.excludedReason == "HELD_TOO_LONG")
            #expect(release.excludedMinor == 2_000_000_000)
            #expect(try await fixture.heldMoney.totals() == [])
            let again = try await Self.worker(fixture).sweep()
            #expect(again.expired == 0 && again.obstacles.isEmpty)
            let faults = try await fixture.faults()
            #expect(faults == [])
        }
    }

    @Test("ends a spend whose release the database refuses, and no other that a link can decide")
    func refusedByDatabase() async throws {
        try await SpendingFixture.with(
            plugins: [try SpendingFixture.flatRate("prg_a")], configuration: Self.configuration
        ) { fixture in
            try await fixture.register("card")
            for id in ["s1", "s2", "s3"] { _ = try await fixture.recordSpend.record(spend(id)) }
            try await fixture.setPreference("card", [("prg_a", 1)])
            try await fixture.pool.withConnection {
                try await $0.execute(
                    "alter table legs add constraint refused check (not of_release or spend_id <> 's2')")
            }
            let report = try await Self.worker(fixture).sweep()
            #expect(report.released == 2 && report.expired == 1 && report.obstacles.isEmpty)
            #expect(try await fixture.get("s2").release?.outcome == .expired)
            #expect(try await fixture.get("s3").release?.outcome == .released)
            let faults = try await fixture.faults()
            #expect(faults == [])
        }
    }

    @Test("is kept for every card, however many spends of another card cannot end")
    func manyThatCannotEnd() async throws {
        try await SpendingFixture.with(configuration: Self.configuration) { fixture in
            try await fixture.register("stuck")
            try await fixture.register("fine")
            _ = try await fixture.recordSpend.record(spend("s0", card: "stuck"))
            try await fixture.pool.withConnection {
                try await $0.execute(
                    """
                    insert into spends overriding system value
                        select (jsonb_populate_record(s, jsonb_build_object(
                            'spend_id', 'copy-' || n, 'spend_number', s.spend_number + n))).*
                        from spends s, generate_series(1, 2500) n;
                    select setval(pg_get_serial_sequence('spends', 'spend_number'), 10000);
                    insert into held_spends select card_id, spend_id, spend_number, preference_version, currency_code,
                            held_minor, recorded_at
                        from spends where spend_id like 'copy-%';
                    update spends set decision = '\\x00';
                    """)
            }
            _ = try await fixture.recordSpend.record(spend("f1", card: "fine"))
            let report = try await Self.worker(fixture).sweep()
            #expect(report.expired == 1)
            #expect(report.obstacles == ["DECISION_NOT_REPRODUCED": 2501])
            #expect(try await fixture.get("f1").release?.outcome == .expired)
        }
    }

    @Test("is kept, and links decide, for the cards behind one whose rows cannot be read")
    func unreadableCard() async throws {
        try await SpendingFixture.with(
            plugins: [try SpendingFixture.flatRate("prg_a")], configuration: Self.configuration
        ) { fixture in
            for card in ["card-1", "card-2", "card-3"] {
                try await fixture.register(card)
                _ = try await fixture.recordSpend.record(spend("of-\(card)", card: card))
            }
            for card in ["card-1", "card-2"] { try await fixture.setPreference(card, [("prg_a", 1)]) }
            try await fixture.pool.withConnection {
                try await $0.execute("update preference_versions set weights = 'none' where card_id = 'card-1'")
            }
            let report = try await Self.worker(fixture).sweep()
            #expect(report.released == 1 && report.expired == 1)
            #expect(try await fixture.get("of-card-2").release?.outcome == .released)
            #expect(try await fixture.get("of-card-3").release?.outcome == .expired)
            #expect(try await fixture.get("of-card-1").heldNowMinor == 10_00)
        }
    }
}
