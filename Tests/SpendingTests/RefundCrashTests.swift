import Logging
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Synchronization
import Testing

@Suite("When the database goes away under refunds", .serialized, .timeLimit(.minutes(15)))
struct RefundCrashTests {
    /// Lends a pool over a cluster of its own, with one card that has one spend of 10.00, and the refund use cases.
    private static func with(
        settings: [String: String] = [:], resolutionTime: Duration = .seconds(300),
        _ body: (PostgresPool, RecordRefund, UndoRefund, CrashingCluster) async throws -> Void
    ) async throws {
        let plugins = SwappablePlugins(PluginSet([try SpendingFixture.flatRate("prg_a")]))
        let configuration = CrashTests.configuration
        try await CrashingCluster.with(settings: settings) { cluster in
            try await cluster.withPool(resolutionTime: resolutionTime) { pool in
                try await SpendingFixture.register("card", [("prg_a", 1)], in: pool)
                let recordSpend = SpendingFixture.recordSpend(pool, plugins)
                try await SpendingFixture.running(recordSpend) { _ = try await recordSpend.record(spend("s1")) }
                let record = RecordRefund(
                    pool: pool, configuration: configuration, pinnedPlugins: plugins.pinned,
                    positions: PositionsByHand())
                let undo = UndoRefund(
                    pool: pool, configuration: configuration, pinnedPlugins: plugins.pinned,
                    positions: PositionsByHand())
                try await body(pool, record, undo, cluster)
                let faults = try await RefundBooks.faults(in: pool)
                #expect(faults == [])
            }
        }
    }

    /// Has the server do something in the middle of the commits of the next movements.
    private static func makeNextCommit(in pool: PostgresPool, times: Int = 1, _ statement: String) async throws {
        // A sequence is not rolled back, so it counts attempts; a deferred trigger runs inside COMMIT.
        try await pool.withConnection { connection in
            try await connection.execute(
                """
                create sequence attempts;
                create function disturb() returns trigger language plpgsql as $$
                begin
                    if nextval('attempts') <= \(times) then \(statement) end if;
                    return null;
                end $$;
                create constraint trigger disturb after insert on refund_movements
                    deferrable initially deferred for each row execute function disturb();
                """)
        }
    }

    @Test("a commit that went through while its answer was lost is found, and is no replay")
    func committedButUnanswered() async throws {
        try await Self.with(
            settings: ["synchronous_standby_names": "nobody", "synchronous_commit": "local"]
        ) { pool, record, undo, _ in
            try await Self.makeNextCommit(in: pool, "perform set_config('synchronous_commit', 'on', true);")
            async let answer = record(refund("r1", of: "s1", amount: 4_00))
            var ended = 0
            while ended == 0 {
                ended = try await pool.query(
                    "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
                ).rowCount
            }
            let told = try await answer
            #expect(!told.replayed && told.refund.status == .applied)
            let movements = try await pool.query("select count(*) from refund_movements")[0].value(as: Int64.self)
            #expect(movements == 1)
        }
    }

    @Test("a commit that did not go through and whose answer was lost is made again")
    func uncommittedAndUnanswered() async throws {
        try await Self.with { pool, record, undo, _ in
            try await Self.makeNextCommit(in: pool, "perform pg_terminate_backend(pg_backend_pid());")
            let told = try await record(refund("r1", of: "s1", amount: 4_00))
            #expect(!told.replayed)
            let attempts = try await pool.query("select last_value from attempts")[0].value(as: Int64.self)
            #expect(attempts == 2)
        }
    }

    @Test("a commit whose outcome stays unknown is reported as unknown", arguments: [false, true])
    func outcomeStaysUnknown(isUndo: Bool) async throws {
        try await Self.with(resolutionTime: .milliseconds(300)) { pool, record, undo, _ in
            if isUndo { _ = try await record(refund("r1", of: "s1", amount: 4_00)) }
            try await Self.makeNextCommit(in: pool, times: 1_000, "perform pg_terminate_backend(pg_backend_pid());")
            do {
                _ = isUndo ? try await undo("r1") : try await record(refund("r1", of: "s1", amount: 4_00))
                Issue.record("a refund whose commits all failed was acknowledged")
            } catch let error as SpendingError {
                #expect(error.reason == .commitUnknown && error.outcome == .unknown)
            }
        }
    }

    @Test("callers that repeat through crashes lose and double nothing")
    func crashes() async throws {
        try await Self.with { pool, record, undo, cluster in
            let answered = Answered()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for caller in 0..<10 {
                    group.addTask {
                        for number in 0..<20 {
                            let id = "r\(caller)-\(number)"
                            try await Self.insist { _ = try await record(refund(id, of: "s1", amount: 1)) }
                            if number % 2 == 1 { try await Self.insist { _ = try await undo(id) } }
                            answered.note()
                        }
                    }
                }
                for crash in 1...2 {
                    while answered.count < crash * 60 { await Task.yield() }
                    try await cluster.crashAndRecover()
                }
                try await group.waitForAll()
            }
            let standing = try await pool.query(
                "select refunded_after_minor from refund_movements order by movement_number desc limit 1"
            )[0].value(as: Int64.self)
            #expect(standing == 100)
        }
    }

    /// Repeats a call until it is answered, as a platform does.
    private static func insist(_ call: () async throws -> Void) async throws {
        while true {
            do {
                return try await call()
            } catch let error as SpendingError where error.kind == .unavailable || error.kind == .aborted {
                await Task.yield()
            }
        }
    }
}

/// How many calls were answered.
private final class Answered: Sendable {
    private let state = Mutex(0)

    var count: Int { state.withLock { $0 } }

    func note() {
        state.withLock { $0 += 1 }
    }
}
