import PostgreSQL
import PostgreSQLCluster
import Testing

@Suite("Reading row by row")
struct StreamTests {
    private struct Enough: Error {}

    @Test(
        "every row arrives once and in order, alone and inside a transaction",
        arguments: [0, 1, 255, 256, 257, 100_000])
    func allRows(count: Int) async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            for inTransaction in [false, true] {
                var next: Int64 = 1
                let read: (PostgresConnection) async throws -> Void = { connection in
                    try await connection.forEachRow("SELECT g FROM generate_series(1, $1::int8) AS g", [.int(count)]) {
                        row in
                        let value: Int64 = try row.value()
                        if value == next { next += 1 }
                    }
                    #expect(try await connection.query("SELECT 1")[0].value() == 1)
                }
                if inTransaction {
                    try await pool.withTransaction { try await read($0) }
                } else {
                    try await pool.withConnection { try await read($0) }
                }
                #expect(next == Int64(count) + 1)
            }
            #expect(pool.statistics.opened == 1)
        }
    }

    @Test("a body that has seen enough stops the statement, and the pool goes on")
    func stopEarly() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            var seen = 0
            await #expect(throws: Enough.self) {
                try await pool.withConnection { connection in
                    try await connection.forEachRow("SELECT generate_series(1, 2000000000)") { _ in
                        seen += 1
                        if seen == 1000 { throw Enough() }
                    }
                }
            }
            #expect(seen == 1000)
            let answer: Int = try await pool.query("SELECT 1")[0].value()
            #expect(answer == 1)
        }
    }

    @Test("an error in the middle of the rows comes through after the rows before it")
    func errorMidway() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            var seen = 0
            let error = try await postgresError {
                try await pool.withConnection { connection in
                    try await connection.forEachRow("SELECT 1 / (700 - g) FROM generate_series(1, 1000) AS g") { _ in
                        seen += 1
                    }
                }
            }
            #expect(error.sqlState == "22012")
            #expect(seen > 0 && seen < 700)
            #expect(try await pool.query("SELECT 1")[0].value() == 1)
            let syntax = try await postgresError {
                try await pool.withConnection { try await $0.forEachRow("SELEC 1") { _ in } }
            }
            #expect(syntax.sqlState == .syntaxError)
        }
    }
}
