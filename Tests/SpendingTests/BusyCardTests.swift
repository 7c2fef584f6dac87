import Logging
import PluginRuntime
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Spending
import Testing

@Suite("A card that another transaction holds", .timeLimit(.minutes(15)))
struct BusyCardTests {
    @Test("keeps no other card waiting, however many of its own calls wait; later each of them is done once")
    func otherCards() async throws {
        let plugins = [try SpendingFixture.flatRate("prg_a")]
        try await SpendingFixture.with(plugins: plugins) { fixture in
            try await fixture.register("card", [("prg_a", 1)])
            try await fixture.register("other", [("prg_a", 1)])
            for number in 0..<30 { _ = try await fixture.recordSpend.record(spend("s\(number)")) }
            try await fixture.pool.whileHolding("card") { group, release in
                for number in 0..<30 {
                    group.addTask {
                        // By spend alone, so that the card is not known before it is looked up.
                        _ = try await fixture.recordRefund(refund("r\(number)", of: "s\(number)", amount: 1_00))
                    }
                    group.addTask { _ = try await fixture.recordSpend.record(spend("t\(number)")) }
                    group.addTask {
                        _ = try await fixture.authorizeSpend(authorization("a\(number)"))
                    }
                }
                while fixture.pool.waitingInLines < 59 { await Task.yield() }
                for number in 0..<20 {
                    _ = try await fixture.recordSpend.record(spend("o\(number)", card: "other"))
                    _ = try await fixture.recordRefund(refund("or\(number)", of: "o\(number)", amount: 1_00))
                    _ = try await fixture.undoRefund("or\(number)")
                }
                release()
                try await group.waitForAll()
            }
            #expect(try await fixture.number("select count(*) from spends where card_id = 'card'") == 60)
            #expect(try await fixture.number("select count(*) from refunds where card_id = 'card'") == 30)
            #expect(try await fixture.number("select count(*) from authorizations") == 30)
            #expect(try await RefundBooks.faults(in: fixture.pool) == [])
        }
    }

    @Test("its spend is not in doubt when the commit of other cards' spends is lost: it is put off, and recorded later")
    func lostCommit() async throws {
        let plugins = SwappablePlugins(PluginSet([try SpendingFixture.flatRate("prg_a")]))
        try await TestDatabase.withDatabase { direct, connectionString in
            for card in ["card", "other"] {
                try await SpendingFixture.register(card, [("prg_a", 1)], in: direct)
            }
            try await direct.withConnection { connection in
                try await connection.execute(
                    """
                    create function lose() returns trigger language plpgsql as $$
                    begin
                        if new.card_id = 'other' then perform pg_terminate_backend(pg_backend_pid()); end if;
                        return null;
                    end $$;
                    create constraint trigger lose after insert on spends
                        deferrable initially deferred for each row execute function lose();
                    """)
            }
            let pool = PostgresPool(
                configuration: PostgresConfiguration(
                    connectionString: connectionString, poolSizeMax: 2, commitResolutionTime: .milliseconds(200),
                    reconnectBackoffMin: .milliseconds(5), reconnectBackoffMax: .milliseconds(20)),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let recordSpend = SpendingFixture.recordSpend(pool, plugins)
            // Before anything is committed, so that one batch has both.
            let (lost, putOff) = (
                recordSpend.begin(spend("o", card: "other")), recordSpend.begin(spend("s"))
            )
            try await direct.whileHolding("card") { group, release in
                let serving = Task { try await pool.run() }
                try await SpendingFixture.running(recordSpend) {
                    let unknown = try await reason { _ = try await lost.answer() }
                    #expect(unknown == .commitUnknown)
                    release()
                    let recorded = try await putOff.answer()
                    #expect(!recorded.replayed)
                }
                serving.cancel()
                try await serving.value
                try await group.waitForAll()
            }
            #expect(try await direct.query("select card_id from spends")[0].value() == "card")
        }
    }
}
