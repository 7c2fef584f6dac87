import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Inbox

/// Finding the delivery that a fact came from.
@Suite struct FindDeliveryTests {
    private static let start: Int64 = 1_795_163_400

    private static func time(_ seconds: Int64) -> PostgresTimestamp {
        PostgresTimestamp(microsecondsSinceEpoch: (start + seconds) * 1_000_000)
    }

    /// A delivery every ten minutes, the n-th naming reference `mb-n`, some numbers left out.
    private static func fill(_ pool: PostgresPool, count: Int, status: String = "applied") async throws {
        _ = try await pool.query(
            """
            insert into inbox (inbox_id, kind, stamp, body, body_digest, authentication, status, due_at, received_at)
            overriding system value
            select n * 3, 'transaction', n::text, convert_to('{"referenceNumber":"mb-' || n || 'x"}', 'UTF8'),
                sha256(n::text::bytea), 's', $2, case when $2 = 'received' then now() end,
                to_timestamp($3 + n * 600)
            from generate_series(0, $1 - 1) n
            """, [.int(count), .text(status), .int8(start)])
    }

    private static func find(
        _ pool: PostgresPool, _ words: [String], from: PostgresTimestamp, until: PostgresTimestamp
    ) async throws -> InboxEntry? {
        try await pool.withConnection { connection in
            try await FindDelivery.transactions([.init(naming: words, from: from, until: until)], on: connection)[0]
        }
    }

    @Test("several things are found at once, each in its own time and by its own words")
    func several() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Self.fill(pool, count: 50)
            let questions = [
                FindDelivery.Question(naming: ["mb-40x"], from: Self.time(24_000 - 5), until: Self.time(24_000 + 5)),
                .init(naming: ["mb-3x"], from: Self.time(24_000 - 5), until: Self.time(24_000 + 5)),
                .init(naming: [""], from: Self.time(0), until: Self.time(30_000)),
                .init(naming: ["nothing", "mb-3x"], from: Self.time(0), until: Self.time(30_000)),
            ]
            let found = try await pool.withConnection { try await FindDelivery.transactions(questions, on: $0) }
            #expect(found.map { $0?.id } == [120, nil, nil, 9])
        }
    }

    @Test(
        "the delivery that names a word in its time is found, whatever the number of others",
        arguments: [1, 2, 3, 1000])
    func found(_ count: Int) async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Self.fill(pool, count: count)
            for place in Set([0, count / 2, count - 1]) {
                let at = Int64(place) * 600
                let entry = try await Self.find(
                    pool, ["mb-\(place)x"], from: Self.time(at - 5), until: Self.time(at + 5))
                #expect(entry?.id == Int64(place) * 3 && entry?.body == [])
                let other = try await Self.find(
                    pool, ["mb-\(place)x"], from: Self.time(at + 3600), until: Self.time(at + 7200))
                #expect(other == nil, "found outside its time")
            }
        }
    }

    @Test("nothing is found for a word nobody names, for no word, in an empty inbox, or when it was not applied")
    func notFound() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            #expect(try await Self.find(pool, ["mb-0x"], from: Self.time(0), until: Self.time(9)) == nil)
            try await Self.fill(pool, count: 5, status: "received")
            #expect(try await Self.find(pool, ["mb-0x"], from: Self.time(0), until: Self.time(9)) == nil)
            _ = try await pool.query("update inbox set status = 'applied', due_at = null")
            #expect(try await Self.find(pool, ["mb-0x"], from: Self.time(0), until: Self.time(9))?.id == 0)
            #expect(try await Self.find(pool, ["mb-9x"], from: Self.time(0), until: Self.time(9)) == nil)
            #expect(try await Self.find(pool, [], from: Self.time(0), until: Self.time(9)) == nil)
            #expect(try await Self.find(pool, ["", "\0"], from: Self.time(0), until: Self.time(9)) == nil)
        }
    }
}
