import PostgreSQL
import PostgreSQLCluster
import Testing

extension Failover {
    @Suite("A primary that hangs")
    struct HangingPrimaryTests {
        @Test("holds no caller and no connection longer than its bounds, and the promoted standby is used")
        func hang() async throws {
            try await ReplicatedPair.with { pair in
                try await pair.execute("CREATE TABLE spends (id int8 PRIMARY KEY)", pair.onPrimary)
                try await withPool(pair.bothHosts) { pool in
                    try await pool.ping()
                    try await fill(pool)
                    pair.primary.suspend()
                    _ = await within(.seconds(60), "a ping") {
                        await #expect(throws: PostgresError.self) { try await pool.ping(within: .seconds(2)) }
                    }
                    // Statements wait for their time-out and for the grace a cancelled statement has, not longer.
                    await within(.seconds(60), "every statement") {
                        await withTaskGroup(of: Void.self) { group in
                            for _ in 0..<8 {
                                group.addTask {
                                    await #expect(throws: PostgresError.self) { _ = try await pool.query("SELECT 1") }
                                }
                            }
                        }
                    }
                    try await pair.standby.promote()
                    // The new primary has no standby that it could wait for.
                    try await soon("the promoted standby takes writes") {
                        try await pool.withTransaction { _ = try await $0.query("INSERT INTO spends VALUES (1)") }
                        return true
                    }
                    try await pool.ping()
                }
            }
        }

        @Test("during a COMMIT leaves the caller with an unknown outcome and frees the connection")
        func hangDuringCommit() async throws {
            try await ReplicatedPair.with { pair in
                try await pair.execute("CREATE TABLE spends (id int8 PRIMARY KEY)", pair.onPrimary)
                try await withPool(pair.bothHosts, size: 1) { pool in
                    let error = try await postgresError {
                        try await pool.withTransaction { connection in
                            _ = try await connection.query("INSERT INTO spends VALUES (1)")
                            pair.primary.suspend()
                        }
                    }
                    #expect(error.kind == .commitOutcomeUnknown)
                    try await pair.standby.promote()
                    try await soon("the only connection leads to the new primary") {
                        try await pool.withTransaction { _ = try await $0.query("INSERT INTO spends VALUES (2)") }
                        return true
                    }
                }
            }
        }

        @Test("does not hold up the end of the process")
        func end() async throws {
            try await ReplicatedPair.with { pair in
                try await withPool(pair.onPrimary, statementTimeout: .seconds(60)) { pool in
                    async let error = postgresError { _ = try await pool.query("SELECT pg_sleep(60)") }
                    try await withPool(pair.onPrimary) { watcher in
                        try await soon("the statement is under way") {
                            try await watcher.query(
                                "SELECT FROM pg_stat_activity WHERE state = 'active' AND query = 'SELECT pg_sleep(60)'"
                            ).rowCount == 1
                        }
                    }
                    pair.primary.suspend()
                    let givingUp = ContinuousClock.now
                    pool.abandon()
                    let kind = try await error.kind
                    #expect(kind == .connectionLost)
                    #expect(givingUp.duration(to: .now) < .seconds(2))
                    #expect(try await postgresError { _ = try await pool.query("SELECT 1") }.kind == .closed)
                }
            }
        }

        @Test("is noticed by a listener, which hears the promoted standby")
        func listener() async throws {
            try await ReplicatedPair.with { pair in
                let listener = PostgresListener(
                    configuration: PostgresConfiguration(
                        connectionString: pair.bothHosts, connectTimeout: .seconds(2)),
                    checkInterval: .milliseconds(200), logger: quietLogger)
                try await Self.listening(listener) { heard in
                    try await pair.execute("NOTIFY changes, 'one'", pair.onPrimary)
                    #expect(await heard.next() == "one")
                    pair.primary.suspend()
                    try await pair.standby.promote()
                    #expect(await heard.next() == "listening")
                    try await pair.execute("NOTIFY changes, 'two'", pair.onStandby)
                    #expect(await heard.next() == "two")
                }
            }
        }

        /// Runs a listener beside `body`, which takes what it heard.
        private static func listening(
            _ listener: PostgresListener, _ body: @concurrent (inout AsyncStream<String>.Iterator) async throws -> Void
        ) async throws {
            let (stream, continuation) = AsyncStream<String>.makeStream()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { continuation.finish() }
                    try await listener.run(channels: ["changes"]) {
                        continuation.yield($1)
                    } onReconnect: {
                        continuation.yield("listening")
                    }
                }
                var heard = stream.makeAsyncIterator()
                #expect(await heard.next() == "listening")
                try await body(&heard)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
