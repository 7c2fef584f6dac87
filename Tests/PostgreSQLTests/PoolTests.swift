import PostgreSQL
import PostgreSQLCluster
import Synchronization
import Testing

@Suite("The pool")
struct PoolTests {
    private struct Refusal: Error {}

    @Test("two hundred tasks share four connections, and every one of them gets its answer")
    func sharing() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 4) { pool, _ in
            let sum = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        try await pool.withTransaction { connection in
                            let first: Int = try await connection.query("SELECT $1::int8", [.int(number)])[0].value()
                            return try await connection.query("SELECT $1::int8 * 2", [.int(first)])[0].value()
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 199 * 200)
            let statistics = pool.statistics
            #expect(statistics.opened <= 4)
            #expect(statistics.leased == 0)
            #expect(statistics.waiting == 0)
        }
    }

    @Test("a body that throws gives its connection back, with an open transaction rolled back")
    func leaseAfterThrow() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            _ = try await pool.query("CREATE TABLE t (n int8)")
            for _ in 0..<10 {
                await #expect(throws: Refusal.self) {
                    try await pool.withConnection { connection in
                        try await connection.execute("BEGIN; INSERT INTO t VALUES (1)")
                        throw Refusal()
                    }
                }
            }
            #expect(try await pool.query("SELECT count(*) FROM t")[0].value() == 0)
            #expect(pool.statistics.opened == 1)
            #expect(pool.statistics.leased == 0)
        }
    }

    @Test("a connection used after its lease is refused")
    func useAfterLease() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let kept = Mutex<PostgresConnection?>(nil)
            try await pool.withConnection { connection in kept.withLock { $0 = connection } }
            let stale = try #require(kept.withLock { $0 })
            let error = try await postgresError { _ = try await stale.query("SELECT 1") }
            #expect(error.kind == .invalidUse)
        }
    }

    @Test("who waits longer than the lease timeout gets an error, and the connection still serves the others")
    func leaseTimeout() async throws {
        try await TestDatabase.withDatabase(migrations: "") { _, connectionString in
            let configuration = PostgresConfiguration(
                connectionString: connectionString, poolSizeMax: 1, leaseTimeout: .seconds(2))
            try await withPool(configuration) { pool in
                let error = try await pool.withConnection { _ in
                    try await postgresError { _ = try await pool.query("SELECT 1") }
                }
                #expect(error.kind == .leaseTimeout)
                #expect(try await pool.query("SELECT 1")[0].value() == 1)
                #expect(pool.statistics.waiting == 0)
            }
        }
    }

    @Test("a cancelled task stops waiting for a connection at once")
    func cancelledWaiter() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            try await pool.withConnection { _ in
                await withTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        do {
                            _ = try await pool.query("SELECT 1")
                            return false
                        } catch { return error is CancellationError }
                    }
                    while pool.statistics.waiting == 0 { await Task.yield() }
                    group.cancelAll()
                    #expect(await group.next() == true)
                }
                #expect(pool.statistics.waiting == 0)
            }
        }
    }

    @Test("a statement cancelled with its task is cancelled on the server too")
    func cancelledStatement() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 2) { pool, _ in
            let isRunning =
                "SELECT count(*) = $N FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND state = 'active'"
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    await #expect(throws: CancellationError.self) { _ = try await pool.query("SELECT pg_sleep(600)") }
                }
                try await waitUntil(isRunning.replacing("$N", with: "1"), pool)
                group.cancelAll()
                try await group.waitForAll()
            }
            try await waitUntil(isRunning.replacing("$N", with: "0"), pool)
        }
    }

    @Test("a statement beyond its time is cancelled and reported as a timeout; the pool goes on")
    func statementTimeout() async throws {
        try await TestDatabase.withDatabase(migrations: "") { _, connectionString in
            let configuration = PostgresConfiguration(
                connectionString: connectionString, poolSizeMax: 1, statementTimeout: .milliseconds(150))
            try await withPool(configuration) { pool in
                let error = try await postgresError { _ = try await pool.query("SELECT pg_sleep(600)") }
                #expect(error.kind == .timeout)
                let own = try await pool.query("SELECT pg_sleep(0.3)", timeout: .seconds(60))
                #expect(own.count == 1)
                let inTransaction = try await postgresError {
                    try await pool.withTransaction { _ = try await $0.query("SELECT pg_sleep(600)") }
                }
                #expect(inTransaction.kind == .timeout)
                #expect(try await pool.query("SELECT 1")[0].value() == 1)
            }
        }
    }

    @Test("a database that cannot be reached is reported with libpq's reason, not as a full pool")
    func unreachable() async throws {
        let configuration = PostgresConfiguration(
            connectionString: "host=/nonexistent-directory", leaseTimeout: .milliseconds(200),
            reconnectBackoffMin: .milliseconds(1), reconnectBackoffMax: .milliseconds(10))
        try await withPool(configuration) { pool in
            let error = try await postgresError { _ = try await pool.query("SELECT 1") }
            #expect(error.kind == .connectionFailed)
            #expect(error.message.contains("/nonexistent-directory"))
            #expect(pool.statistics.failures > 1)
        }
    }

    @Test("a string of several hosts goes on to the next when one does not answer")
    func severalHosts() async throws {
        try await TestDatabase.withDatabase(migrations: "") { _, connectionString in
            let several = connectionString.replacing("host='", with: "host='/nonexistent-directory,")
                .replacing("port=5432", with: "port=5432,5432")
            try #require(several != connectionString)
            try await withPool(PostgresConfiguration(connectionString: several + " target_session_attrs=read-write")) {
                pool in
                let answer: Int = try await pool.query("SELECT 1")[0].value()
                #expect(answer == 1)
            }
        }
    }

    @Test("a pool whose run was cancelled has closed its connections and takes no more work")
    func closing() async throws {
        try await TestDatabase.withDatabase(migrations: "") { observer, connectionString in
            let configuration = PostgresConfiguration(
                connectionString: connectionString, applicationName: "closing-pool")
            let pool = try await withPool(configuration) { pool in
                _ = try await pool.query("SELECT 1")
                return pool
            }
            let error = try await postgresError { _ = try await pool.query("SELECT 1") }
            #expect(error.kind == .closed)
            try await waitUntil(
                "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'closing-pool'", observer)
            let again = try await postgresError { try await pool.run() }
            #expect(again.kind == .invalidUse)
        }
    }
}
