import PostgreSQL
import PostgreSQLCluster
import Testing

@Suite("Statements")
struct QueryTests {
    @Test("a statement's parameters come back as they were sent")
    func roundTrip() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let row = try await pool.query(
                """
                SELECT $1::bool AS b, $2::int2 AS i2, $3::int4 AS i4, $4::int8 AS i8, $5::text AS t, $6::bytea AS y,
                       $7::timestamptz AS ts, $8::uuid AS u, $9::jsonb AS j, $10::numeric AS n, $11::text AS nothing
                """,
                [
                    .bool(true), .int2(-7), .int4(.min), .int8(.max), .text("añ€😀"), .bytea([0, 1, 255]),
                    .timestamptz(PostgresTimestamp(microsecondsSinceEpoch: 1_700_000_000_123_456)),
                    .uuid("00112233-4455-6677-8899-AABBCCDDEEFF"), .json(#"{"a": [1, null]}"#), .numeric("-0012.3400"),
                    nil,
                ])[0]
            #expect(try row.get("b") == true)
            #expect(try row.get("i2") == Int16(-7))
            #expect(try row.get("i4") == Int32.min)
            #expect(try row.get("i8") == Int64.max)
            #expect(try row.get("t") == "añ€😀")
            #expect(try row.get("y") == [UInt8]([0, 1, 255]))
            #expect(try row.get("ts", as: PostgresTimestamp.self).description == "2023-11-14T22:13:20.123456Z")
            #expect(try row.get("u") == "00112233-4455-6677-8899-aabbccddeeff")
            #expect(try row.get("j") == #"{"a": [1, null]}"#)
            #expect(try row.get("n") == "-12.3400")
            #expect(try row.get("nothing", as: String?.self) == nil)
        }
    }
}

extension QueryTests {
    @Test("arrays come back as they were sent, empty ones and NULL elements included")
    func arrays() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let stamp = PostgresTimestamp(microsecondsSinceEpoch: -1)
            let uuid = "00112233-4455-6677-8899-aabbccddeeff"
            let row = try await pool.query(
                "SELECT $1 AS a, $2 AS b, $3 AS c, $4 AS d, $5 AS e, $6 AS f, $7 AS g, $8 AS h, $9 AS i, $10 AS j, $11 "
                    + "AS k",
                [
                    .int8Array([1, .min, .max]), .textArray(["", "ü", "{\"quoted,\"}"]), .boolArray([true, false]),
                    .byteaArray([[], [0]]), .timestamptzArray([stamp, .infinity]), .jsonArray(["{}", "[1]"]),
                    .uuidArray([uuid]), .int8Array([]), .textArrayNullable([nil, "x", nil]),
                    .int8ArrayNullable([1, nil]), .int4ArrayNullable([nil]),
                ])[0]
            #expect(try row.get("a") == [Int64(1), .min, .max])
            #expect(try row.get("b") == ["", "ü", "{\"quoted,\"}"])
            #expect(try row.get("c") == [true, false])
            #expect(try row.get("d") == [[UInt8](), [0]])
            #expect(try row.get("e") == [stamp, .infinity])
            #expect(try row.get("f") == ["{}", "[1]"])
            #expect(try row.get("g") == [uuid])
            #expect(try row.get("h", as: [Int64].self).isEmpty)
            #expect(try row.get("i") == [nil, "x", nil] as [String?])
            #expect(try row.get("j") == [1, nil] as [Int64?])
            #expect(try row.get("k") == [nil] as [Int32?])
        }
    }

    @Test(
        "a value read as the wrong type is a decoding error that names the column and both types",
        arguments: [
            ("1::text", "text"), ("1.5::numeric", "numeric"), ("9223372036854775808::numeric", "numeric"),
            ("NULL::int8", "bigint"), ("now()", "timestamptz"), ("ARRAY[[1,2],[3,4]]", "integer[]"),
            ("1::float8", "double"),
        ])
    func mismatch(expression: String, typeName: String) async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let row = try await pool.query("SELECT \(expression) AS odd_one")[0]
            let error = #expect(throws: PostgresError.self) { _ = try row.get("odd_one", as: Int64.self) }
            #expect(error?.kind == .decoding)
            #expect(error?.message.contains("odd_one") == true)
            #expect(error?.message.contains(typeName) == true)
            #expect(error?.message.contains("Int64") == true)
            #expect(throws: PostgresError.self) { _ = try row.get("missing", as: Int64.self) }
            #expect(throws: PostgresError.self) { _ = try row.get("odd_one", as: [Int64].self) }
        }
    }

    private enum Fruit: String { case apple, pear }

    @Test("words of an enum are read as its cases, alone, absent and in arrays")
    func words() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let row = try await pool.query(
                """
                SELECT 'pear' AS fruit, NULL::text AS none, ARRAY['apple', 'pear'] AS some, ARRAY['pear', NULL] AS few
                """)[0]
            #expect(try row.get("fruit", of: "baskets") == Fruit.pear)
            #expect(try row.get("none", of: "baskets", as: Fruit?.self) == nil)
            #expect(try row.get("fruit", of: "baskets", as: Fruit?.self) == .pear)
            #expect(try row.get("some", of: "baskets") == [Fruit.apple, .pear])
            #expect(try row.get("few", of: "baskets") == [Fruit.pear, nil])
            #expect(throws: PostgresError.self) { _ = try row.get("none", of: "baskets", as: Fruit.self) }
        }
    }

    @Test(
        "a word that an enum does not know is an error that names table and column and quotes a little of it",
        arguments: ["'plum'", "repeat('plum', 1000)"])
    func unknownWord(word: String) async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let row = try await pool.query(
                "SELECT \(word) AS fruit, ARRAY['apple', \(word)] AS some, ARRAY[NULL, \(word)] AS few")[0]
            let errors = [
                #expect(throws: PostgresError.self) { _ = try row.get("fruit", of: "baskets", as: Fruit.self) },
                #expect(throws: PostgresError.self) { _ = try row.get("fruit", of: "baskets", as: Fruit?.self) },
                #expect(throws: PostgresError.self) { _ = try row.get("some", of: "baskets", as: [Fruit].self) },
                #expect(throws: PostgresError.self) { _ = try row.get("few", of: "baskets", as: [Fruit?].self) },
            ]
            for (error, column) in zip(errors, ["fruit", "fruit", "some", "few"]) {
                let error = try #require(error)
                #expect(error.kind == .decoding)
                #expect(error.message.hasPrefix("baskets.\(column) holds \"plum"))
                #expect(error.message.utf8.count < 150)
            }
        }
    }

    @Test("columns are found by name in any order, also by readers that share a result")
    func anyOrder() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let rows = try await pool.query("SELECT n AS a, n * 2 AS b, n * 3 AS c FROM generate_series(1, 500) AS n")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for factors in [[1, 2, 3], [3, 2, 1], [2, 2, 3], [1, 3]] {
                    group.addTask { () throws in
                        for (index, row) in rows.enumerated() {
                            for factor in factors {
                                let name = ["", "a", "b", "c"][factor]
                                #expect(try row.get(name, as: Int.self) == (index + 1) * factor)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("a name that two columns have names neither, and only a row of one column has a value")
    func ambiguousNames() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let row = try await pool.query("SELECT 1 AS n, 2 AS m, 3 AS n")[0]
            #expect(try row.get("m") == 2)
            for _ in 1...3 { #expect(throws: PostgresError.self) { _ = try row.get("n", as: Int.self) } }
            #expect(throws: PostgresError.self) { _ = try row.value(as: Int.self) }
            #expect(try await pool.query("SELECT 1")[0].value() == 1)
        }
    }

    @Test("an integer that does not fit the Swift type is refused, not cut")
    func outOfRange() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let row = try await pool.query("SELECT 40000 AS i4, sum(x) AS total FROM generate_series(1, 3) AS s (x)")[0]
            #expect(throws: PostgresError.self) { _ = try row.get("i4", as: Int16.self) }
            #expect(try row.get("i4", as: Int.self) == 40000)
            #expect(try row.get("total", as: Int64.self) == 6)
        }
    }

    @Test(
        "decimals come back with the digits they were stored with",
        arguments: [
            "0", "0.00", "1", "-1", "10000", "99990000.0001", "0.0001", "0.00001234",
            "-123456789012345678901234567890.5", "1e10",
            "NaN",
        ])
    func numeric(text: String) async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let row = try await pool.query("SELECT $1 AS binary, $1::text AS spelled", [.numeric(text)])[0]
            #expect(try row.get("binary", as: String.self) == row.get("spelled"))
        }
    }

    @Test("infinite, ancient and far timestamps keep their value")
    func timestamps() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let row = try await pool.query(
                """
                SELECT $1::timestamptz = 'infinity' AS up, $2::timestamptz = '-infinity' AS down,
                       'infinity'::timestamptz AS a, '-infinity'::timestamptz AS b,
                       '0001-01-01 00:00:00+00'::timestamptz AS c, '1969-12-31 23:59:59.999999+00'::timestamptz AS d
                """, [.timestamptz(.infinity), .timestamptz(.negativeInfinity)])[0]
            #expect(try row.get("up") == true)
            #expect(try row.get("down") == true)
            #expect(try row.get("a") == PostgresTimestamp.infinity)
            #expect(try row.get("b") == PostgresTimestamp.negativeInfinity)
            #expect(try row.get("c", as: PostgresTimestamp.self).description == "0001-01-01T00:00:00Z")
            #expect(try row.get("d") == PostgresTimestamp(microsecondsSinceEpoch: -1))
        }
        let error = try await postgresError {
            try await TestDatabase.withDatabase(migrations: "") { pool, _ in
                let tooEarly = PostgresTimestamp(microsecondsSinceEpoch: .min + 1)
                _ = try await pool.query("SELECT $1", [.timestamptz(tooEarly)])
            }
        }
        #expect(error.kind == .encoding)
    }

    @Test("a megabyte of text goes there and back")
    func largeText() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            let text = String(repeating: "0123456789abcdéf", count: 65_536)
            let row = try await pool.query("SELECT $1::text AS t, octet_length($1::text) AS n", [.text(text)])[0]
            #expect(try row.get("t") == text)
            #expect(try row.get("n") == text.utf8.count)
        }
    }

    @Test(
        "U+0000 and malformed UUIDs are refused before anything is sent",
        arguments: [
            PostgresValue.text("a\0b"), .textArray(["\0"]), .json("\"\0\""), .uuid("xyz"), .uuidArray(["00"]),
            .numeric("1\0"),
        ])
    func unsendable(value: PostgresValue) async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            try await pool.withConnection { connection in
                let error = try await postgresError { _ = try await connection.query("SELECT $1", [value]) }
                #expect(error.kind == .encoding)
                #expect(try await connection.query("SELECT 1")[0].value() == 1)
                let inText = try await postgresError { _ = try await connection.query("SELECT 1\0; DROP TABLE x") }
                #expect(inText.kind == .encoding)
            }
        }
    }

    @Test("a NULL and a value share one prepared statement, whichever came first")
    func preparedSharing() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            try await pool.withConnection { connection in
                for value in [PostgresValue.int8(1), nil, 2, nil] {
                    _ = try await connection.query("SELECT $1::bigint", [value])
                }
                let count: Int = try await connection.query(
                    "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1::bigint'")[0].value()
                #expect(count == 1)
            }
        }
    }

    @Test("old prepared statements are deallocated on the server, so that a connection's memory stays bounded")
    func preparedLimit() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            try await pool.withConnection { connection in
                for number in 0..<600 { _ = try await connection.query("SELECT \(number)") }
                let count: Int = try await connection.query("SELECT count(*) FROM pg_prepared_statements")[0].value()
                #expect(count <= 514)
                #expect(try await connection.query("SELECT 0")[0].value() == 0)
            }
        }
    }

    @Test("a statement whose table changed is prepared afresh, alone and inside a transaction")
    func stalePlan() async throws {
        try await TestDatabase.withDatabase(migrations: "", poolSizeMax: 1) { pool, _ in
            _ = try await pool.query("CREATE TABLE shifting (a int8)")
            _ = try await pool.query("INSERT INTO shifting VALUES (1)")
            #expect(try await pool.query("SELECT * FROM shifting")[0].columns.count == 1)
            _ = try await pool.query("ALTER TABLE shifting ADD b text DEFAULT 'x'")
            #expect(try await pool.query("SELECT * FROM shifting")[0].columns.count == 2)
            _ = try await pool.query("ALTER TABLE shifting ADD c text DEFAULT 'y'")
            let columns = try await pool.withTransaction {
                try await $0.query("SELECT * FROM shifting")[0].columns.count
            }
            #expect(columns == 3)
        }
    }

    @Test("an error's description quotes no value, while its report has the detail")
    func redaction() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            _ = try await pool.query("CREATE TABLE people (email text CONSTRAINT people_email_key UNIQUE)")
            _ = try await pool.query("INSERT INTO people VALUES ($1)", ["jo@example.org"])
            let twice = try await postgresError {
                _ = try await pool.query("INSERT INTO people VALUES ($1)", ["jo@example.org"])
            }
            #expect(twice.sqlState == .uniqueViolation)
            #expect(twice.constraint == "people_email_key")
            #expect(twice.server?.table == "people")
            #expect(twice.server?.detail?.contains("jo@example.org") == true)
            #expect(!"\(twice)".contains("jo@"))
            let unreadable = try await postgresError { _ = try await pool.query("SELECT $1::int8", ["jo@example.org"]) }
            #expect(unreadable.sqlState == .invalidTextRepresentation)
            #expect(!"\(unreadable)".contains("jo@"))
        }
    }
}
