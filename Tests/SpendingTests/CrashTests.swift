import Logging
import PluginRuntime
import PostgreSQL
import Rewards
import Spending
import Synchronization
import Testing

@Suite("When the database goes away", .serialized, .timeLimit(.minutes(15)))
struct CrashTests {
    static let configuration = SpendingConfiguration(spendsPerBatchMax: 16)

    @Test("every acknowledged spend is there once, and callers that repeat lose and double nothing")
    func crashes() async throws {
        let plugins = SwappablePlugins(
            PluginSet([try SpendingFixture.flatRate("prg_a"), try SpendingFixture.flatRate("prg_b")]))
        try await CrashingCluster.with { cluster in
            try await cluster.withPool { pool in
                for card in 0..<10 {
                    try await SpendingFixture.register("card-\(card)", [("prg_a", 1), ("prg_b", 2)], in: pool)
                }
                let recordSpend = SpendingFixture.recordSpend(pool, plugins, Self.configuration)
                let acknowledged = Acknowledged()
                try await SpendingFixture.running(recordSpend) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for caller in 0..<40 {
                            group.addTask {
                                for number in 0..<50 {
                                    let request = spend(
                                        "s\(caller)-\(number)", card: "card-\(caller % 10)", amount: 3_33)
                                    let recorded = try await Self.insist(on: request, recordSpend)
                                    acknowledged.note(recorded)
                                }
                            }
                        }
                        for crash in 1...3 {
                            await Self.until { acknowledged.spends.count >= crash * 400 }
                            try await cluster.crashAndRecover()
                        }
                        try await group.waitForAll()
                    }
                }
                let spends = try await pool.query("select count(*) from spends")[0].value(as: Int64.self)
                #expect(spends == 2_000)
                let told = acknowledged.spends
                #expect(told.count == 2_000)
                let get = GetSpend(pool: pool)
                for number in stride(from: 0, to: 50, by: 7) {
                    let read = try await get("s3-\(number)")
                    #expect(read == told["s3-\(number)"])
                }
                let faults = try await Books.faults(in: pool)
                #expect(faults == [])
                let unfair = try await Books.unfairShares(in: pool)
                #expect(unfair == [])
            }
        }
    }

    @Test("a commit that went through while its answer was lost is found, and is no replay")
    func committedButUnanswered() async throws {
        // A commit that waits for a standby that does not exist is on disk already; ending its session loses the
        // answer.
        try await CrashingCluster.with(
            settings: ["synchronous_standby_names": "nobody", "synchronous_commit": "local"]
        ) { cluster in
            try await cluster.withPool { pool in
                try await SpendingFixture.register("card", in: pool)
                try await Self.makeNextCommit(in: pool, "perform set_config('synchronous_commit', 'on', true);")
                let recordSpend = SpendingFixture.recordSpend(pool, SwappablePlugins(.empty), Self.configuration)
                let answer = try await SpendingFixture.running(recordSpend) {
                    async let answer = recordSpend.record(spend("s1"))
                    var ended = 0
                    while ended == 0 {
                        ended = try await pool.query(
                            "select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep'"
                        ).rowCount
                    }
                    return try await answer
                }
                #expect(!answer.replayed)
                let spends = try await pool.query("select count(*) from spends")[0].value(as: Int64.self)
                #expect(spends == 1)
                let read = try await GetSpend(pool: pool)("s1")
                #expect(read == answer.recorded)
            }
        }
    }

    @Test("a commit that did not go through and whose answer was lost is made again")
    func uncommittedAndUnanswered() async throws {
        try await CrashingCluster.with { cluster in
            try await cluster.withPool { pool in
                try await SpendingFixture.register("card", in: pool)
                try await Self.makeNextCommit(in: pool, "perform pg_terminate_backend(pg_backend_pid());")
                let recordSpend = SpendingFixture.recordSpend(pool, SwappablePlugins(.empty), Self.configuration)
                let answer = try await SpendingFixture.running(recordSpend) {
                    try await recordSpend.record(spend("s1"))
                }
                #expect(!answer.replayed)
                let attempts = try await pool.query("select last_value from attempts")[0].value(as: Int64.self)
                #expect(attempts == 2)
                let spends = try await pool.query("select count(*) from spends")[0].value(as: Int64.self)
                #expect(spends == 1)
            }
        }
    }

    @Test("a commit whose outcome stays unknown is reported as unknown")
    func outcomeStaysUnknown() async throws {
        try await CrashingCluster.with { cluster in
            try await cluster.withPool(resolutionTime: .milliseconds(300)) { pool in
                try await SpendingFixture.register("card", in: pool)
                try await Self.makeNextCommit(in: pool, times: 1_000, "perform pg_terminate_backend(pg_backend_pid());")
                let recordSpend = SpendingFixture.recordSpend(pool, SwappablePlugins(.empty), Self.configuration)
                try await SpendingFixture.running(recordSpend) {
                    do {
                        _ = try await recordSpend.record(spend("s1"))
                        Issue.record("a spend whose commits all failed was acknowledged")
                    } catch let error as SpendingError {
                        #expect(error.reason == .commitUnknown)
                        #expect(error.outcome == .unknown)
                        #expect(error.kind == .unavailable)
                    }
                }
            }
        }
    }

    @Test("a spend is refused as not applied while the database cannot be reached")
    func unreachable() async throws {
        let pool = PostgresPool(
            configuration: PostgresConfiguration(
                connectionString: "host=127.0.0.1 port=1 dbname=nothing", leaseTimeout: .milliseconds(200)),
            logger: Logger(label: "multibrand.test"))
        let run = Task { try await pool.run() }
        let recordSpend = SpendingFixture.recordSpend(pool, SwappablePlugins(.empty))
        try await SpendingFixture.running(recordSpend) {
            do {
                _ = try await recordSpend.record(spend("s1"))
                Issue.record("a spend was acknowledged without a database")
            } catch let error as SpendingError {
                #expect(error.reason == .databaseUnavailable)
                #expect(error.outcome == .notApplied)
            }
        }
        run.cancel()
        _ = await run.result
    }

    /// Sends a spend until it is acknowledged, as a platform does.
    private static func insist(on request: SpendRequest, _ recordSpend: RecordSpend) async throws -> RecordedSpend {
        while true {
            do {
                return try await recordSpend.record(request).recorded
            } catch let error as SpendingError where error.kind == .unavailable || error.kind == .aborted {
                await Task.yield()
            }
        }
    }

    /// Has the server do something in the middle of the commits of the next spends.
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
                create constraint trigger disturb after insert on spends
                    deferrable initially deferred for each row execute function disturb();
                """)
        }
    }

    private static func until(_ condition: () -> Bool) async {
        while !condition(), !Task.isCancelled { await Task.yield() }
    }
}

/// What was acknowledged is on disk.
private final class Acknowledged: Sendable {
    private let state = Mutex<[String: RecordedSpend]>([:])

    var spends: [String: RecordedSpend] { state.withLock { $0 } }

    func note(_ spend: RecordedSpend) {
        state.withLock { $0[spend.spend.spendID] = spend }
    }
}
