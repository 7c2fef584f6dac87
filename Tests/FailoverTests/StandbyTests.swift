import PostgreSQL
import PostgreSQLCluster
import Testing

extension Failover {
    @Suite("A standby")
    struct StandbyTests {
        @Test("that refuses LISTEN is waited for: the listener hears once it is promoted")
        func listenerOnStandby() async throws {
            try await ReplicatedPair.with { pair in
                let listener = PostgresListener(
                    configuration: PostgresConfiguration(connectionString: pair.onStandby), logger: quietLogger)
                let (stream, continuation) = AsyncStream<String>.makeStream()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // A listener that ends is heard as an end, not waited for.
                        defer { continuation.finish() }
                        try await listener.run(channels: ["changes"]) { _, _ in
                        } onReconnect: {
                            continuation.yield("listening")
                        }
                    }
                    // It must have been refused once before the promotion.
                    try await soon("LISTEN was refused") {
                        try pair.standbyLogHas("cannot execute LISTEN during recovery")
                    }
                    try await pair.standby.promote()
                    var heard = stream.makeAsyncIterator()
                    let word = await heard.next()
                    #expect(word == "listening")
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }

        @Test("is passed over when several hosts are named: the one that takes writes is meant")
        func severalHosts() async throws {
            try await ReplicatedPair.with { pair in
                try await withPool(pair.standbyFirst) { pool in
                    let isStandby: Bool = try await pool.query("SELECT pg_is_in_recovery()")[0].value()
                    #expect(!isStandby)
                }
            }
        }

        @Test("that refuses a write loses every connection of the pool, and is not ready")
        func refusesWrites() async throws {
            try await ReplicatedPair.with { pair in
                try await pair.execute("CREATE TABLE spends (id int8 PRIMARY KEY)", pair.onPrimary)
                try await withPool(pair.onStandby) { pool in
                    try await fill(pool)
                    let before = pool.statistics.opened
                    let error = try await postgresError {
                        try await pool.withTransaction { _ = try await $0.query("INSERT INTO spends VALUES (1)") }
                    }
                    #expect(error.sqlState == .readOnlySQLTransaction)
                    #expect(error.meaning == .unavailable)
                    #expect(pool.statistics.idle == 0, "no connection to a standby is kept")
                    #expect(try await postgresError { try await pool.ping() }.sqlState == .readOnlySQLTransaction)
                    pair.primary.kill()
                    try await pair.standby.promote()
                    try await soon("the pool writes") {
                        try await pool.withTransaction { _ = try await $0.query("INSERT INTO spends VALUES (1)") }
                        return true
                    }
                    #expect(pool.statistics.opened > before)
                    try await pool.ping()
                }
            }
        }
    }
}
