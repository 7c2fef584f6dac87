import Logging
import PostgreSQL
import PostgreSQLCluster
import Testing

@Suite("A commit whose answer is lost", .timeLimit(.minutes(15)))
struct CommitTests {
    /// A table whose next commits lose their connections before they are done.
    private static func with(
        resolutionTime: Duration, losses: Int, _ body: (PostgresPool) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase(migrations: "") { direct, connectionString in
            try await direct.withConnection { connection in
                try await connection.execute(
                    """
                    create table t (n int8 primary key, made_at timestamptz not null);
                    create sequence commits;
                    create function lose() returns trigger language plpgsql as $$
                    begin
                        if nextval('commits') <= \(losses) then perform pg_terminate_backend(pg_backend_pid()); end if;
                        return null;
                    end $$;
                    create constraint trigger lose after insert on t
                        deferrable initially deferred for each row execute function lose();
                    """)
            }
            var logger = Logger(label: "multibrand.test")
            logger.logLevel = .critical
            let pool = PostgresPool(
                configuration: PostgresConfiguration(
                    connectionString: connectionString, poolSizeMax: 2, commitResolutionTime: resolutionTime,
                    reconnectBackoffMin: .milliseconds(5), reconnectBackoffMax: .milliseconds(20)),
                logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.run() }
                try await body(pool)
                group.cancelAll()
            }
        }
    }

    private static func insert(_ n: Int64, at time: PostgresTimestamp, on connection: PostgresConnection) async throws
        -> Bool
    {
        try await connection.query(
            "insert into t values ($1, $2) on conflict do nothing", [.int8(n), .timestamptz(time)]
        ).affectedRows == 1
    }

    @Test("is run again until its outcome is known", arguments: [1, 3])
    func again(losses: Int) async throws {
        try await Self.with(resolutionTime: .seconds(300), losses: losses) { pool in
            let attempts = CommitAttempts()
            let time = PostgresTimestamp.now
            let other = time.advanced(by: .seconds(1))
            let isNew = try await pool.commit(attempts) { connection in
                attempts.note(time)
                return try await Self.insert(1, at: time, on: connection)
            }
            #expect(isNew && attempts.isInDoubt && attempts.wrote(at: time) && !attempts.wrote(at: other))
            let commits = try await pool.query("select last_value from commits")[0].value(as: Int64.self)
            #expect(commits == Int64(losses + 1))
        }
    }

    @Test("is unknown when that cannot be found out in time")
    func staysUnknown() async throws {
        try await Self.with(resolutionTime: .milliseconds(200), losses: 1_000_000) { pool in
            do {
                _ = try await pool.commit { try await Self.insert(1, at: .now, on: $0) }
                Issue.record("a commit that never went through was answered")
            } catch let error as PostgresError {
                #expect(error.meaning == .unknownCommit)
            }
        }
    }

    @Test("leaves its call in doubt, whatever the next attempt meets")
    func refusedAfterwards() async throws {
        try await Self.with(resolutionTime: .seconds(300), losses: 1) { pool in
            let attempts = CommitAttempts()
            do {
                try await pool.commit(attempts) { connection in
                    _ = try await Self.insert(1, at: .now, on: connection)
                    // What is at odds with the schema cannot settle what became of the first attempt.
                    if attempts.isInDoubt { _ = try await connection.query("select n from nowhere") }
                }
                Issue.record("a refused statement was answered")
            } catch let error as PostgresError {
                #expect(error.meaning == .unknownCommit)
            }
        }
    }

    @Test("leaves those calls of a batch in doubt that took part in it, and no other")
    func sittingOut() async throws {
        try await Self.with(resolutionTime: .milliseconds(200), losses: 1_000_000) { pool in
            let (done, putOff) = (CommitAttempts(), CommitAttempts())
            let error = try await postgresError {
                _ = try await pool.commit(for: [done, putOff]) { connection in
                    putOff.sitOut()
                    return try await Self.insert(1, at: .now, on: connection)
                }
            }
            #expect(error.meaning == .unknownCommit)
            #expect(done.isInDoubt && !putOff.isInDoubt)
        }
    }

    @Test("is in doubt for a call that sat out an attempt before and took part in this one")
    func takingPartLater() async throws {
        try await Self.with(resolutionTime: .seconds(300), losses: 2) { pool in
            let attempts = [CommitAttempts(), CommitAttempts()]
            let runs = Counter()
            try await pool.commit(for: attempts) { connection in
                let run = runs.increment()
                if run == 1 { attempts[1].sitOut() }
                _ = try await Self.insert(1, at: .now, on: connection)
                #expect(attempts[0].isInDoubt == (run > 1) && attempts[1].isInDoubt == (run > 2))
            }
            #expect(runs.value == 3)
        }
    }

    @Test("of a call that lost none is not in doubt, and owns no row")
    func noDoubt() async throws {
        try await Self.with(resolutionTime: .seconds(300), losses: 0) { pool in
            let attempts = CommitAttempts()
            let time = PostgresTimestamp.now
            let isNew = try await pool.commit(attempts) { connection in
                attempts.note(time)
                return try await Self.insert(1, at: time, on: connection)
            }
            #expect(isNew && !attempts.isInDoubt && !attempts.wrote(at: time))
        }
    }
}
