import PostgreSQL
import PostgreSQLCluster
import Testing

@Suite("Transactions")
struct TransactionTests {
    private struct Refusal: Error {}

    private func withAccounts(_ body: (PostgresPool) async throws -> Void) async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            try await pool.withConnection {
                try await $0.execute(
                    "CREATE TABLE accounts (id int8 PRIMARY KEY, n int8 NOT NULL); INSERT INTO accounts VALUES (1, 0), "
                        + "(2, 0);"
                )
            }
            try await body(pool)
        }
    }

    private func total(_ pool: PostgresPool) async throws -> Int {
        try await pool.query("SELECT sum(n) FROM accounts")[0].value()
    }

    @Test("a transaction that returns is committed, one that throws is rolled back and throws what its body threw")
    func commitAndRollback() async throws {
        try await withAccounts { pool in
            let value = try await pool.withTransaction { connection in
                _ = try await connection.query("UPDATE accounts SET n = n + 1")
                return "done"
            }
            #expect(value == "done")
            await #expect(throws: Refusal.self) {
                try await pool.withTransaction { connection in
                    _ = try await connection.query("UPDATE accounts SET n = n + 100")
                    throw Refusal()
                }
            }
            try await pool.withTransaction { _ in }
            #expect(try await total(pool) == 2)
            #expect(pool.statistics.leased == 0)
        }
    }

    @Test("a transaction opened inside a transaction is refused, and the outer one is unharmed")
    func nesting() async throws {
        try await withAccounts { pool in
            try await pool.withTransaction { connection in
                _ = try await connection.query("UPDATE accounts SET n = 5 WHERE id = 1")
                let error = try await postgresError { try await pool.withTransaction { _ in } }
                #expect(error.kind == .invalidUse)
            }
            #expect(try await total(pool) == 5)
            // A later transaction in the same task is no nesting.
            try await pool.withTransaction { _ = try await $0.query("UPDATE accounts SET n = 0") }
        }
    }

    @Test("two transactions that cross are both committed, one of them on a second try")
    func deadlock() async throws {
        try await withAccounts { pool in
            let gates = [Gate(), Gate()]
            let runs = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for side in 0..<2 {
                    group.addTask {
                        try await pool.withTransaction { connection in
                            runs.increment()
                            try await connection.execute("SET LOCAL deadlock_timeout = '20ms'")
                            let lock = "UPDATE accounts SET n = n + 1 WHERE id = $1"
                            _ = try await connection.query(lock, [.int(side + 1)])
                            gates[side].open()
                            await gates[1 - side].pass()
                            _ = try await connection.query(lock, [.int(2 - side)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await total(pool) == 4)
            #expect(runs.value == 3)
        }
    }

    @Test(
        "a serialization failure runs the transaction again, also when its body wraps the error",
        arguments: [false, true])
    func serialization(isWrapped: Bool) async throws {
        try await withAccounts { pool in
            let runs = Counter()
            try await pool.withTransaction(isolation: .repeatableRead) { connection in
                let seen: Int64 = try await connection.query("SELECT n FROM accounts WHERE id = 1")[0].value()
                if runs.increment() == 1 { _ = try await pool.query("UPDATE accounts SET n = n + 10 WHERE id = 1") }
                do {
                    _ = try await connection.query("UPDATE accounts SET n = $1 WHERE id = 1", [.int8(seen + 1)])
                } catch {
                    throw isWrapped ? Refusal() : error
                }
            }
            #expect(runs.value == 2)
            #expect(try await total(pool) == 11)
        }
    }

    @Test("a conflict found at COMMIT runs a serializable transaction again")
    func writeSkew() async throws {
        try await withAccounts { pool in
            let bothHaveRead = [Gate(), Gate()]
            let runs = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for side in 0..<2 {
                    group.addTask {
                        try await pool.withTransaction(isolation: .serializable) { connection in
                            runs.increment()
                            let sum: Int64 = try await connection.query("SELECT sum(n) FROM accounts")[0].value()
                            bothHaveRead[side].open()
                            await bothHaveRead[1 - side].pass()
                            _ = try await connection.query(
                                "UPDATE accounts SET n = $1 WHERE id = $2", [.int8(sum + 1), .int(side + 1)])
                        }
                    }
                }
                try await group.waitForAll()
            }
            // In some serial order the second one sees the first one's 1 and writes 2.
            #expect(try await total(pool) == 3)
            #expect(runs.value == 3)
        }
    }

    @Test("retries are bounded, and the last error comes through")
    func boundedRetries() async throws {
        try await withAccounts { pool in
            let runs = Counter()
            let error = try await postgresError {
                try await pool.withTransaction(retries: 2) { connection in
                    runs.increment()
                    _ = try await connection.execute("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$")
                }
            }
            #expect(error.sqlState == .serializationFailure)
            #expect(error.meaning == .contended)
            #expect(runs.value == 3)
        }
    }

    @Test("a body that ignores a failed statement gets an error instead of a silent rollback")
    func ignoredFailure() async throws {
        try await withAccounts { pool in
            let error = try await postgresError {
                try await pool.withTransaction { connection in
                    _ = try await connection.query("UPDATE accounts SET n = 7")
                    _ = try? await connection.query("SELECT 1 / 0")
                }
            }
            #expect(error.kind == .transactionAborted)
            #expect(try await total(pool) == 0)
        }
    }

    @Test("a connection lost before COMMIT runs the transaction again: nothing was applied")
    func lostBeforeCommit() async throws {
        try await withAccounts { pool in
            let runs = Counter()
            try await pool.withTransaction { connection in
                _ = try await connection.query("UPDATE accounts SET n = n + 1 WHERE id = 1")
                if runs.increment() == 1 {
                    _ = try await connection.query("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(runs.value == 2)
            #expect(try await total(pool) == 1)
        }
    }

    @Test("a connection lost during COMMIT is reported as an unknown outcome and never run again")
    func lostDuringCommit() async throws {
        try await withAccounts { pool in
            try await pool.withConnection {
                try await $0.execute(
                    """
                    CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
                    CREATE CONSTRAINT TRIGGER dies AFTER UPDATE ON accounts DEFERRABLE INITIALLY DEFERRED
                        FOR EACH ROW EXECUTE FUNCTION die();
                    """)
            }
            let runs = Counter()
            let error = try await postgresError {
                try await pool.withTransaction { connection in
                    runs.increment()
                    _ = try await connection.query("UPDATE accounts SET n = 1 WHERE id = 1")
                }
            }
            #expect(error.kind == .commitOutcomeUnknown)
            #expect(runs.value == 1)
            #expect(try await total(pool) == 0)
        }
    }

    @Test("a deferred constraint that fails at COMMIT is the server's refusal, not an unknown outcome")
    func deferredConstraint() async throws {
        try await withAccounts { pool in
            try await pool.withConnection {
                try await $0.execute(
                    """
                    CREATE TABLE children (parent int8 CONSTRAINT children_parent_fkey REFERENCES accounts
                        DEFERRABLE INITIALLY DEFERRED);
                    """)
            }
            let error = try await postgresError {
                try await pool.withTransaction { _ = try await $0.query("INSERT INTO children VALUES (99)") }
            }
            #expect(error.sqlState == .foreignKeyViolation)
            #expect(error.constraint == "children_parent_fkey")
        }
    }
}
