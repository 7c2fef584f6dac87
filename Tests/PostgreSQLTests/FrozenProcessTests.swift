import PostgreSQL
import PostgreSQLCluster
import Rewards
import Testing

/// Two pools on one database are two processes. The first falls silent while its transaction holds a row.
@Suite("A process that is frozen while it holds a row", .timeLimit(.minutes(15)))
struct FrozenProcessTests {
    private static let lock = "select from t where n = 1 for update"
    /// Lets the server end the transaction as soon as it is silent.
    private static let impatient = "set local idle_in_transaction_session_timeout = '1ms'"

    private static func configuration(
        _ connectionString: String, poolSizeMax: Int = 2, lockTimeout: Duration? = nil,
        idleTransactionTimeout: Duration = .seconds(300)
    ) -> PostgresConfiguration {
        PostgresConfiguration(
            connectionString: connectionString, poolSizeMax: poolSizeMax, statementTimeout: .seconds(300),
            lockTimeout: lockTimeout, idleTransactionTimeout: idleTransactionTimeout, leaseTimeout: .seconds(300))
    }

    /// Runs `body` with the pool of a healthy process and one that may fall silent.
    private static func with(
        lockTimeout: Duration? = nil,
        _ body: @Sendable (_ healthy: PostgresPool, _ silent: PostgresPool) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, connectionString in
            _ = try await pool.query("create table t (n int8 primary key, sum int8)")
            _ = try await pool.query("insert into t values (1, 0), (2, 0)")
            try await withPool(configuration(connectionString, lockTimeout: lockTimeout)) { healthy in
                try await withPool(configuration(connectionString)) { silent in try await body(healthy, silent) }
            }
        }
    }

    private static func increment(_ pool: PostgresPool, patience: Duration = .seconds(300)) async throws {
        try await pool.withLine("t:1", patience: patience) {
            try await pool.withTransaction { connection in
                _ = try await connection.query(lock)
                _ = try await connection.query("update t set sum = sum + 1 where n = 1")
            }
        }
    }

    @Test("leaves the others of a healthy process alone, and those who want the row get it once the server ends it")
    func frozen() async throws {
        try await Self.with { healthy, silent in
            let (isHeld, thaw, isSilent, release) = (Gate(), Gate(), Gate(), Gate())
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // The row is taken again by the second run, once the others have had it.
                    try await silent.withTransaction { connection in
                        _ = try await connection.query(Self.lock)
                        isHeld.open()
                        await thaw.pass()
                        if !release.isOpen { _ = try await connection.query(Self.impatient) }
                        isSilent.open()
                        await release.pass()
                        _ = try await connection.query("update t set sum = sum + 1000 where n = 1")
                    }
                }
                await isHeld.pass()
                try await withThrowingTaskGroup(of: Void.self) { callers in
                    for _ in 0..<50 { callers.addTask { try await Self.increment(healthy) } }
                    while healthy.waitingInLines < 49 { await Task.yield() }
                    for number in 0..<20 {
                        #expect(try await healthy.query("select $1::int8", [.int(number)])[0].value() == number)
                    }
                    #expect(healthy.waitingInLines == 49 && healthy.statistics.waiting == 0)
                    thaw.open()
                    await isSilent.pass()
                    try await callers.waitForAll()
                }
                #expect(try await healthy.query("select sum from t where n = 1")[0].value() == 50)
                // What was ended left nothing, and is done once by the run after it.
                release.open()
                try await group.waitForAll()
            }
            #expect(try await healthy.query("select sum from t where n = 1")[0].value() == 1050)
        }
    }

    @Test("finds, when it goes on with COMMIT, that nothing was committed, and does it again")
    func silentBeforeCommit() async throws {
        try await Self.with { healthy, silent in
            let runs = Counter()
            try await silent.withTransaction { connection in
                let update = PostgresStatement("update t set sum = sum + 1 where n = 1")
                guard runs.increment() == 1 else {
                    _ = try await connection.query(update)
                    return
                }
                _ = try await connection.pipeline([update, PostgresStatement(Self.impatient)])
                // Only once the server has rolled back can another transaction lock the row.
                try await healthy.withTransaction { _ = try await $0.query(Self.lock) }
            }
            #expect(runs.value == 2)
            #expect(try await healthy.query("select sum from t where n = 1")[0].value() == 1)
        }
    }

    @Test("is told why its transaction ended, with nothing done and no talk of an outage")
    func report() async throws {
        try await Self.with { healthy, silent in
            let error = try await postgresError {
                try await silent.withTransaction(retries: 0) { connection in
                    _ = try await connection.pipeline([Self.lock, Self.impatient].map { PostgresStatement($0) })
                    try await healthy.withTransaction { _ = try await $0.query(Self.lock) }
                    _ = try await connection.query("select 1")
                }
            }
            #expect(error.sqlState == .idleInTransactionSessionTimeout && error.meaning == .timedOut)
            #expect(DatabaseFault(error).outcome == .notApplied)
            #expect(silent.statistics.failures == 0)
            #expect(try await silent.query("select 1::int8")[0].value() == 1)
        }
    }

    @Test("each session has the two limits of its pool, and one that is nobody else's waits for locks without end")
    func settings() async throws {
        try await TestDatabase.withDatabase(migrations: "") { _, connectionString in
            let configuration = Self.configuration(
                connectionString, lockTimeout: .milliseconds(2500), idleTransactionTimeout: .seconds(7))
            let read = """
                select current_setting('lock_timeout') || ' ' || \
                current_setting('idle_in_transaction_session_timeout')
                """
            let pooled: String = try await withPool(configuration) { try await $0.query(read)[0].value() }
            #expect(pooled == "2500ms 7s")
            let dedicated: String = try await PostgresConnection.withDedicated(configuration, logger: quietLogger) {
                try await $0.query(read)[0].value()
            }
            #expect(dedicated == "0 7s")
        }
    }

    @Test("keeps a call from its row for the call's patience at most, with nothing done")
    func lockTimeout() async throws {
        try await Self.with(lockTimeout: .milliseconds(20)) { healthy, silent in
            try await silent.withTransaction { connection in
                _ = try await connection.query(Self.lock)
                let error = try await postgresError {
                    try await Self.increment(healthy, patience: .milliseconds(100))
                }
                #expect(error.meaning == .contended && DatabaseFault(error).outcome == .notApplied)
                #expect(DatabaseFault(error).message.contains("nothing was done"))
                // Not in a line, it is the transaction that tries again, and it gives up as well.
                let runs = Counter()
                let other = try await postgresError {
                    try await healthy.withTransaction(retries: 2) { connection in
                        runs.increment()
                        _ = try await connection.query(Self.lock)
                    }
                }
                #expect(other.meaning == .contended && runs.value == 3)
            }
        }
    }
}
