import PostgreSQL
import PostgreSQLCluster
import Testing

extension Failover {
    @Suite("A commit that a synchronous standby has not confirmed")
    struct DoubtfulCommitTests {
        private static func withRows(
            _ body: @escaping @Sendable (ReplicatedPair) async throws -> Void
        ) async throws {
            try await SharedPair.withDatabase { pair in
                try await pair.execute("CREATE TABLE spends (id int8 PRIMARY KEY)", pair.onPrimary)
                try await body(pair)
            }
        }

        /// Commits one row while the standby is away, and has an administrator end its wait as `sql` says.
        private static func commit(
            _ id: Int64, endedBy sql: String, _ pair: ReplicatedPair
        ) async throws -> PostgresError {
            pair.standby.suspend()
            return try await withPool(pair.onPrimary, statementTimeout: .seconds(20)) { pool in
                async let error = postgresError {
                    try await pool.withTransaction { _ = try await $0.query(insert, [.int8(id)]) }
                }
                try await soon("the administrator found the commit that waits") {
                    try await pair.ask(
                        """
                        SELECT coalesce(bool_or(\(sql)), false) FROM pg_stat_activity
                        WHERE wait_event = 'SyncRep' AND datname = current_database()
                        """, pair.onPrimary)
                }
                return try await error
            }
        }

        private static let insert = "INSERT INTO spends VALUES ($1)"

        @Test("is unknown when the statement time-out passes, and is never cancelled")
        func timeout() async throws {
            try await Self.withRows { pair in
                pair.standby.suspend()
                try await withPool(pair.onPrimary) { pool in
                    let error = try await within(.seconds(60), "the caller's wait") {
                        try await postgresError {
                            try await pool.withTransaction { _ = try await $0.query(Self.insert, [.int8(1)]) }
                        }
                    }
                    #expect(error.kind == .commitOutcomeUnknown)
                    // A cancelled wait would have made the row visible, though the standby does not have it.
                    #expect(try await pair.ask("SELECT count(*) FROM spends", pair.onPrimary) == 0)
                    #expect(
                        try await pair.ask(
                            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = "
                                + "current_database()",
                            pair.onPrimary) == 1)
                    pair.standby.resume()
                    try await soon("the commit ends when the standby is back") {
                        try await pair.ask("SELECT count(*) FROM spends", pair.onPrimary) == 1
                    }
                }
            }
        }

        @Test("is unknown to a caller that was cancelled, and is not cancelled with it")
        func cancelledCaller() async throws {
            try await Self.withRows { pair in
                pair.standby.suspend()
                try await withPool(pair.onPrimary, statementTimeout: .seconds(2)) { pool in
                    let kind = await withTaskGroup(of: PostgresError.Kind?.self) { group in
                        group.addTask {
                            do {
                                try await pool.withTransaction { _ = try await $0.query(Self.insert, [.int8(1)]) }
                                return nil
                            } catch { return (error as? PostgresError)?.kind }
                        }
                        try? await soon("the commit waits for the standby") {
                            try await pair.ask(
                                "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = "
                                    + "current_database()",
                                pair.onPrimary)
                                == 1
                        }
                        group.cancelAll()
                        return await group.next() ?? nil
                    }
                    #expect(kind == .commitOutcomeUnknown)
                    let visible: Int = try await pair.ask("SELECT count(*) FROM spends", pair.onPrimary)
                    #expect(visible == 0)
                }
            }
        }

        @Test(
            "is unknown when somebody else ends its wait, in whatever words the server says so",
            arguments: ["pg_cancel_backend(pid)", "pg_terminate_backend(pid)"])
        func endedByOthers(how: String) async throws {
            try await Self.withRows { pair in
                let error = try await Self.commit(1, endedBy: how, pair)
                #expect(error.kind == .commitOutcomeUnknown)
                #expect(try await pair.ask("SELECT count(*) FROM spends", pair.onPrimary) == 1, "committed, here only")
            }
        }

        @Test("is unknown also for a statement that commits by itself")
        func implicitTransaction() async throws {
            try await Self.withRows { pair in
                pair.standby.suspend()
                try await withPool(pair.onPrimary) { pool in
                    let error = try await postgresError { _ = try await pool.query(Self.insert, [.int8(1)]) }
                    #expect(error.kind == .commitOutcomeUnknown)
                }
            }
        }

        @Test("is not vouched for by reading its row, but by the next commit that reaches the standby")
        func vouching() async throws {
            try await ReplicatedPair.with { pair in
                try await pair.execute("CREATE TABLE spends (id int8 PRIMARY KEY)", pair.onPrimary)
                _ = try await Self.commit(7, endedBy: "pg_cancel_backend(pid)", pair)
                let find = "SELECT count(*) FROM spends WHERE id = 7"
                try await withPool(pair.onPrimary) { pool in
                    #expect(try await pool.query(find)[0].value() == 1, "the row can be read")
                    let error = try await postgresError {
                        _ = try await pool.withTransaction { _ = try await $0.query(find) }
                    }
                    #expect(error.kind == .commitOutcomeUnknown)
                    // This goes on until a commit of its own is whole.
                    async let found: Int64 = pool.commit { try await $0.query(find)[0].value() }
                    pair.standby.resume()
                    let count = try await found
                    #expect(count == 1)
                }
                pair.primary.kill()
                try await pair.standby.promote()
                #expect(try await pair.ask(find, pair.onStandby) == 1, "what was vouched for is there")
            }
        }

        @Test("holds its connection, so that a long outage leaves no more sessions at the server than the pool has")
        func longOutage() async throws {
            try await Self.withRows { pair in
                pair.standby.suspend()
                try await withPool(
                    pair.onPrimary, size: 3, statementTimeout: .milliseconds(300), leaseTimeout: .milliseconds(300)
                ) { pool in
                    var kinds: [PostgresError.Kind] = []
                    for id in 0..<10 {
                        let error = try await postgresError {
                            try await pool.withTransaction { _ = try await $0.query(Self.insert, [.int8(Int64(id))]) }
                        }
                        kinds.append(error.kind)
                    }
                    #expect(kinds.prefix(3).allSatisfy { $0 == .commitOutcomeUnknown })
                    #expect(kinds.dropFirst(3).allSatisfy { $0 == .leaseTimeout }, "nothing was sent for these")
                    #expect(
                        try await pair.ask(
                            "SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' AND datname = "
                                + "current_database()",
                            pair.onPrimary) == 3)
                    pair.standby.resume()
                    try await soon("the pool works again") {
                        try await pool.withTransaction { _ = try await $0.query(Self.insert, [.int8(100)]) }
                        return true
                    }
                }
            }
        }
    }
}
