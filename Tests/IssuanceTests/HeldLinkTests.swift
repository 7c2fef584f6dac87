import Cosmo
import PostgreSQL
import Rewards
import Synchronization
import Testing

@testable import Issuance

/// Nothing is issued for a pair that is held: neither planned, nor sent, nor paid into the wallet.
@Suite struct HeldLinkTests {
    private static func hold(_ card: String, until: PostgresTimestamp?, _ stage: Stage) async throws {
        _ = try await stage.pool.query(
            """
            insert into links (card_id, program_id, status, account, held, held_reason, waits_until)
            values ($1, 'prg_sky', 'linked', jsonb_build_object('destinationUserId', 'M-' || $1), $2, case when $2 \
            then 'MAY_BE_A_RETRY' end, $3::timestamptz)
            on conflict (card_id, program_id) do update
            set held = excluded.held, held_reason = excluded.held_reason, waits_until = excluded.waits_until
            """,
            [.text(card), .bool(until != nil), .timestamptzOrNull(until)])
        let key = DestinationKey(cardID: card, programID: "prg_sky")
        stage.destinations.withLock { $0[key]?.waitsUntilMicros = until?.microsecondsSinceEpoch }
    }

    @Test("what was planned before is not claimed while the pair is held, and is when the time is up")
    func claims() async throws {
        try await Stage.with { stage in
            try await stage.earn("held", "prg_sky", points: 500)
            try await stage.earn("free", "prg_sky", points: 500)
            try await stage.plan()
            let end = stage.clock.now().advanced(by: .seconds(60))
            try await Self.hold("held", until: end, stage)
            func claimed() async throws -> [String] {
                let now = stage.clock.now()
                return try await stage.pool.withTransaction { connection in
                    try await connection.pipeline(
                        IssuanceStore.claim(
                            [("prg_sky", 10)], lease: "5f0c0000-0000-4000-8000-000000000000", until: now, at: now))
                }.flatMap { $0 }.map(\.cardID)
            }
            #expect(try await claimed() == ["free"])
            stage.clock.advance(.seconds(61))
            #expect(try await claimed() == ["held"])
        }
    }

    @Test("nothing is planned while the pair is held; the position says why, and is planned when the time is up")
    func planning() async throws {
        try await Stage.with { stage in
            try await stage.earn("card", "prg_sky", points: 500)
            let end = stage.clock.now().advanced(by: .seconds(60))
            try await Self.hold("card", until: end, stage)
            try await stage.plan()
            #expect(try await stage.count("true") == 0)
            let row = try #require(try await stage.pool.query("select blocked_reason, plan_at from positions").first)
            #expect(try row.get("blocked_reason") == "LINK_HELD")
            #expect(try row.get("plan_at") == end)
            stage.clock.advance(.seconds(61))
            try await stage.plan()
            #expect(try await stage.count("status = 'planned'") == 1)
        }
    }

    @Test("a wait without an end is lifted by a decision")
    func endless() async throws {
        try await Stage.with { stage in
            try await stage.earn("card", "prg_sky", points: 500)
            try await Self.hold("card", until: .infinity, stage)
            try await stage.plan()
            let planAt = try await stage.pool.query("select plan_at from positions").first?.get(
                "plan_at", as: PostgresTimestamp?.self)
            #expect(planAt == .some(nil))
            try await Self.hold("card", until: nil, stage)
            _ = try await stage.pool.withTransaction {
                try await $0.pipeline(
                    PositionStore().planAgain(
                        cardID: "card", programID: "prg_sky", accountChanged: false, at: stage.clock.now()))
            }
            try await stage.plan()
            #expect(try await stage.count("status = 'planned'") == 1)
        }
    }

    @Test("the wallet is not paid while the pair is held, and what is owed is taken back all the same")
    func wallet() {
        let key = PositionKey(cardID: "card", programID: "prg_stars", unit: .points)
        func decide(earned: Int64, issued: Int64) -> WalletDecision {
            var configuration = IssuanceConfiguration()
            configuration.walletClawback = .debit
            return WalletDecision.decide(
                DuePosition(
                    key: key, earnedMicro: earned, clawedBackMicro: 0, issuedMicro: issued, inFlightMicro: 0,
                    unknownMicro: 0, writtenOffMicro: 0, blockedBy: nil, blockedReason: nil),
                terms: ProgramTerms(paysIntoWallet: true), waitsUntil: .infinity, configuration: configuration)
        }
        #expect(decide(earned: 5_000_000, issued: 0) == .wait(until: .infinity))
        #expect(decide(earned: 5_000_000, issued: 7_000_000) == .takeBack(pointsMax: 2))
        #expect(decide(earned: 5_000_000, issued: 5_000_000) == .rest)
    }
}
