import Logging
import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Audit

/// Changes a value in each column of each table in turn: what can move money, points or who gets them must be noticed.
///
/// A column that is new, in a table old or new, is looked at by itself. When this test names one, either add a check to
/// `verify`, or say in ``FlippedColumnTests/unnoticed`` why the column cannot move anything. A new table needs a row in
/// ``Books``.
@Suite("Every column")
struct FlippedColumnTests {
    private static let logger = Logger(label: "audit-tests")

    /// The rows of a table that differ in kind; of other tables the first is taken.
    private static let kinds: [String: [String]] = [
        "issuances": [
            "status = 'planned' and unit = 'points'", "status = 'planned' and unit = 'value'", "status = 'sending'",
            "status = 'accepted'", "settled_by = 'webhook'", "settled_by = 'operator'", "settled_by = 'wallet'",
            "status = 'unknown'", "status = 'mismatched'", "status = 'parked' and resolved_at is null",
            "status = 'withdrawn'",
        ],
        "positions": ["program_id = 'prg_a'", "program_id = 'prg_b'"],
        "links": ["program_id = 'prg_a'", "program_id = 'prg_b'", "program_id = 'prg_c'"],
        "connection_events": ["stamp_micros = 11", "stamp_micros = 12 and status = 'standing'"],
        "legs": ["status = 'earned' and program_id = 'prg_a'", "status = 'parked'", "settled_with is not null"],
        "spends": ["authorization_id is not null", "weights = 'prg_a:1,prg_b:1'"],
        "preference_requests": ["request_id = 'r2'"],
        "wallet_offers": ["environment = 'SANDBOX' and offer_id = 'o1'"],
        "refunds": ["status = 'applied'", "status = 'waiting'"],
        "refund_movements": ["cause = 'refund'", "cause = 'undo'"],
        "wallet_transactions": [
            "cause = 'mint' and issue_reference is not null", "cause = 'spend'", "cause = 'clawback'",
            "cause = 'capture'",
        ],
        "wallet_redemptions": ["status = 'OPEN'", "status = 'CANCELED' and points_debited > 0"],
        "wallet_holds": ["status = 'HELD'", "status = 'CAPTURED'", "status = 'RELEASED'"],
        "programs": ["program_id = 'prg_a'"],
        "wallet_pool_entries": ["amount > 0", "amount < 0"],
    ]

    @Test(
        "that can move money, points, shares, states or who gets them is noticed when changed; the others are named"
    )
    func flips() async throws {
        try await TestDatabase.withDatabase { pool, _ in
            try await Books.write(to: pool, cards: ["card_1", "card_2"], spendsPerVersion: 7)
            let verify = Verify(pool: pool, logger: Self.logger, listedPerCheckMax: 1)
            #expect(try await verify().violations == [])
            let found = try await pool.withConnection { connection in
                try await Self.flip(on: connection) { try await !verify().isClean }
            }
            #expect(found.empty == [], "tables without a row: add one to Books")
            let expected = Self.unnoticed.keys
            let news = found.unnoticed.filter { !expected.contains($0.key) }.map { "\($0.key): \($0.value)" }.sorted()
            #expect(news == [], "nothing notices when these are changed")
            #expect(
                expected.filter { found.unnoticed[$0] == nil }.sorted() == [], "listed as unnoticed, and noticed")
            #expect(found.flips > 600)
            #expect(try await verify().violations == [], "every change was taken back")
        }
    }

    private struct Found {
        var flips = 0
        /// By column, the first row and change that nothing noticed.
        var unnoticed: [String: String] = [:]
        /// Tables without a row to change.
        var empty: Set<String> = []
    }

    /// - Parameter notices: Whether anything is wrong with the books as they are now.
    private static func flip(
        on connection: PostgresConnection, _ notices: () async throws -> Bool
    ) async throws -> Found {
        var found = Found()
        // A fault is planted past triggers and foreign keys; constraints of the row and unique keys still refuse.
        try await connection.execute("set session_replication_role = replica")
        for column in try await FlippableColumn.all(on: connection) {
            let kinds = kinds[column.table] ?? ["true"]
            let words = try await column.words(on: connection)
            columns: for kind in kinds {
                try await connection.execute(
                    """
                    drop table if exists flipped;
                    create temporary table flipped as
                        select ctid as place, * from \(column.table) where \(kind) order by 2, 3 limit 1
                    """)
                guard let row = try await connection.query("select place::text as place from flipped").first else {
                    found.empty.insert("\(column.table) where \(kind)")
                    continue
                }
                var place: String = try row.get("place")
                for change in column.changes(words: words) {
                    guard let flipped = try await update(column, place, to: change, on: connection) else { continue }
                    found.flips += 1
                    let isNoticed = try await notices()
                    let saved = "(select \(column.quoted) from flipped)"
                    place = try #require(try await update(column, flipped, to: saved, on: connection))
                    if !isNoticed {
                        found.unnoticed[column.fullName] = "\(kind): \(change)"
                        break columns
                    }
                }
            }
        }
        return found
    }

    /// Where the changed row is then; nil when the database refuses the value, or the row has it already.
    private static func update(
        _ column: FlippableColumn, _ place: String, to value: String, on connection: PostgresConnection
    ) async throws -> String? {
        let sql = """
            update \(column.table) set \(column.quoted) = \(value)
            where ctid = '\(place)' and \(column.quoted) is distinct from \(value) returning ctid::text
            """
        do {
            return try await connection.query(sql).first?.value()
        } catch let error as PostgresError where error.server != nil {
            return nil
        }
    }
}
