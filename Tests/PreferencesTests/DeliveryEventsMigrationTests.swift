import Foundation
import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Preferences

/// What the migration to the deliveries of an event makes of a database that was in use before it.
@Suite struct DeliveryEventsMigrationTests {
    @Test("the delivery that an event came with is its own; of one that repeated it nothing is guessed")
    func backfill() async throws {
        let early = FileManager.default.temporaryDirectory.appendingPathComponent("migrations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: early, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: early) }
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.migrations) where name < "0017" {
            try FileManager.default.copyItem(
                atPath: Self.migrations + "/" + name, toPath: early.appendingPathComponent(name).path)
        }
        try await TestDatabase.withDatabase(migrations: early.path) { pool, _ in
            try await pool.withConnection { try await $0.execute(Self.before) }
            try await Migrator(pool: pool, source: .directory(Self.migrations), logger: TestRoom.logger).migrate()
            let rows = try await pool.query(
                """
                select d.inbox_id, e.program_id from connection_deliveries d
                left join connection_events e on e.event_id = d.event_id order by d.inbox_id
                """)
            let programs = try rows.map { try $0.get("program_id", as: String?.self) }
            #expect(programs == ["prg_a", nil, "prg_b", nil])
            // What was answered stays answered.
            let answered = try await pool.query(
                "select program_id from connection_events where answered_at is not null")
            #expect(try answered.map { try $0.get("program_id", as: String.self) } == ["prg_a"])
        }
    }

    private static let migrations = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("migrations").path

    /// Delivery 2 repeated the event of delivery 1 in other bytes. Delivery 3 says another event than it said before
    /// the settings changed. Delivery 4 waits for the worker.
    private static let before = """
        insert into connection_events (
            source_user_id, program_id, kind, stamp_micros, content_digest, account, inbox_id, answered_at, status,
            discarded_at) values
            ('u-1', 'prg_a', 'LINKED', 100, '\\x01', '{}', 1, now(), 'standing', null),
            ('u-1', 'prg_b', 'LINKED', 200, '\\x02', '{}', 3, null, 'unfounded', now()),
            ('u-1', 'prg_b', 'LINKED', 200, '\\x03', '{}', 3, null, 'standing', null);
        insert into connection_deliveries (inbox_id, source_user_id)
        select n, 'u-1' from generate_series(1, 4) n;
        """
}
