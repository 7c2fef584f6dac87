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
