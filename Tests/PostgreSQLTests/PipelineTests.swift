import PostgreSQL
import PostgreSQLCluster
import Testing

@Suite("Pipelines")
struct PipelineTests {
    @Test("statements answer in order, with rows and counts")
    func order() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            _ = try await pool.query("CREATE TABLE points (card int8 PRIMARY KEY, n int8 NOT NULL)")
            let results = try await pool.withConnection { connection in
                try await connection.pipeline([
                    PostgresStatement("INSERT INTO points VALUES ($1, $2)", [1, 10]),
                    PostgresStatement("INSERT INTO points VALUES ($1, $2)", [2, 20]),
                    PostgresStatement("UPDATE points SET n = n + 1"),
                    PostgresStatement("SELECT card, n FROM points ORDER BY card"),
                ])
            }
            #expect(results.map(\.affectedRows) == [1, 1, 2, 2])
            #expect(try results[3].map { try $0.get("n", as: Int.self) } == [11, 21])
        }
    }

    @Test("steps of different kinds answer in one round trip, each as its kind does")
    func steps() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            _ = try await pool.query("CREATE TABLE points (card int8 PRIMARY KEY, n int8 NOT NULL)")
            let numbers = Query<Int64>("SELECT n FROM points ORDER BY n") { try $0.get("n") }
            let cards = Query<(card: Int64, isRich: Bool)>("SELECT card, n > 15 AS is_rich FROM points ORDER BY card") {
                (try $0.get("card"), try $0.get("is_rich"))
            }
            let insert = (1...2).map {
                PostgresStatement("INSERT INTO points VALUES ($1, $2)", [.int($0), .int($0 * 10)])
            }
            let absent: Query<Int64>? = nil
            let sum = numbers.combined { $0.reduce(0, +) }
            let (empty, inserted, found, none, raised, all, total) = try await pool.withConnection { connection in
                try await connection.pipeline(
                    sum, insert, cards, absent, PostgresStatement("UPDATE points SET n = n + 1"), [numbers, numbers],
                    sum)
            }
            #expect(empty == 0)
            #expect(inserted == [1, 1])
            #expect(found.map(\.card) == [1, 2])
            #expect(found.map(\.isRich) == [false, true])
            #expect(none == nil)
            #expect(raised == 2)
            #expect(all == [[11, 21], [11, 21]])
            #expect(total == 32)
            #expect(try await pool.first(numbers) == 11)
            #expect(try await pool.all(numbers) == [11, 21])
            var streamed: [Int64] = []
            try await pool.withConnection { connection in
                try await connection.forEach(numbers) { streamed.append($0) }
            }
            #expect(streamed == [11, 21])
        }
    }

    @Test("a query of one row answers that row, and no row or several are an error")
    func oneRow() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            func numbers(_ last: Int) -> Query<Int64> {
                Query("SELECT n FROM generate_series(1::int8, $1) n", [.int(last)]) { try $0.get("n") }
            }
            let (one, all) = try await pool.pipeline(numbers(1).one, numbers(2))
            #expect(one == 1)
            #expect(all == [1, 2])
            for last in [0, 2] {
                let error = try await postgresError {
                    _ = try await pool.withConnection { try await $0.pipeline(numbers(last).one) }
                }
                #expect(error.kind == .decoding)
            }
        }
    }

    @Test("what a reader of rows throws comes out of the pipeline, and the connection stays usable")
    func readerThrows() async throws {
        struct Refusal: Error {}
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            let refusing = Query<Int>("SELECT 1 AS n") { _ in throw Refusal() }
            try await pool.withConnection { connection async throws in
                await #expect(throws: Refusal.self) {
                    _ = try await connection.pipeline(PostgresStatement("SELECT 2"), refusing)
                }
                #expect(try await connection.query("SELECT 3")[0].value() == 3)
            }
        }
    }

    @Test("the first error fails the pipeline with its constraint, nothing of it applies, the connection stays usable")
    func firstError() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            try await pool.withConnection { connection in
                try await connection.execute(
                    """
                    CREATE TABLE points (card int8 CONSTRAINT points_pkey PRIMARY KEY,
                                         n int8 NOT NULL CONSTRAINT points_n_not_negative CHECK (n >= 0));
                    """)
                let error = try await postgresError {
                    _ = try await connection.pipeline([
                        PostgresStatement("INSERT INTO points VALUES ($1, $2)", [1, 10]),
                        PostgresStatement("INSERT INTO points VALUES ($1, $2)", [2, -1]),
                        PostgresStatement("INSERT INTO points VALUES ($1, $2)", [1, 10]),
                        PostgresStatement("SELECT card FROM points WHERE n = $1", [1]),
                    ])
                }
                #expect(error.sqlState == .checkViolation)
                #expect(error.constraint == "points_n_not_negative")
                #expect(try await connection.query("SELECT count(*) FROM points")[0].value() == 0)
                // The statement that was prepared but skipped above is prepared again.
                #expect(try await connection.query("SELECT card FROM points WHERE n = $1", [1]).isEmpty)
            }
        }
    }

    @Test("ten thousand statements with large answers do not lock up against the socket's buffers")
    func manyStatements() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let text = String(repeating: "x", count: 1000)
            let batch = [PostgresStatement](
                repeating: PostgresStatement("SELECT $1::text || $1::text", [.text(text)]), count: 10_000)
            let results = try await pool.withConnection { try await $0.pipeline(batch) }
            #expect(results.count == 10_000)
            #expect(try results.allSatisfy { try $0[0].value(as: String.self).utf8.count == 2000 })
        }
    }

    @Test("an empty pipeline is no work at all")
    func empty() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let results = try await pool.withConnection { try await $0.pipeline([]) }
            #expect(results.isEmpty)
        }
    }

    @Test("COPY is refused with a reason and the connection is not used again")
    func copy() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            let error = try await postgresError { _ = try await pool.query("COPY (SELECT 1) TO STDOUT") }
            #expect(error.kind == .invalidUse)
            let inScript = try await postgresError {
                try await pool.withConnection { try await $0.execute("COPY (SELECT 1) TO STDOUT") }
            }
            #expect(inScript.kind == .invalidUse)
            let inStream = try await postgresError {
                try await pool.withConnection { try await $0.forEachRow("COPY (SELECT 1) TO STDOUT") { _ in } }
            }
            #expect(inStream.kind == .invalidUse)
            #expect(try await pool.query("SELECT 1")[0].value() == 1)
        }
    }
}
