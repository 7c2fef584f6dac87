import Foundation
import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Preferences

/// What the migration to words that may be retries makes of a database that was in use before it.
@Suite struct RetriedWordsMigrationTests {
    @Test("a held link says why, a repeated word is in force since it was said first, and nothing waits unasked")
    func backfill() async throws {
        let early = FileManager.default.temporaryDirectory.appendingPathComponent("migrations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: early, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: early) }
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.migrations) where name < "0013" {
            try FileManager.default.copyItem(
                atPath: Self.migrations + "/" + name, toPath: early.appendingPathComponent(name).path)
        }
        try await TestDatabase.withDatabase(migrations: early.path) { pool, _ in
            try await pool.withConnection { try await $0.execute(Self.before) }
            try await Migrator(pool: pool, source: .directory(Self.migrations), logger: TestRoom.logger).migrate()
            let links = try await pool.withConnection { try await $0.pipeline(LinkStore.rows(ofCard: "card-1")) }
            #expect(links.mapValues(\.heldReason) == ["prg_a": nil, "prg_b": .sameStampConflict])
            #expect(links["prg_a"]?.decidingStampMicros == 300)
            #expect(links["prg_b"]?.decidingStampMicros == 100)
            #expect(links.values.allSatisfy { $0.waitsUntil == nil })
        }
    }

    private static let migrations = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("migrations").path

    /// One program linked, removed, linked again and repeated twice; another with a conflict above its first word.
    private static let before = """
        insert into cards (card_id, user_id, source_user_id, currency_code, preference_version, request_hash)
        values ('card-1', 'user', 'u-1', 'USD', 0, '\\x00');
        insert into connection_events (
            source_user_id, program_id, kind, stamp_micros, content_digest, account, inbox_id) values
            ('u-1', 'prg_a', 'LINKED', 100, '\\x01', '{}', 1), ('u-1', 'prg_a', 'DELINKED', 200, '\\x02', '{}', 2),
            ('u-1', 'prg_a', 'LINKED', 300, '\\x01', '{}', 3), ('u-1', 'prg_a', 'LINKED', 400, '\\x01', '{}', 4),
            ('u-1', 'prg_a', 'LINKED', 500, '\\x01', '{}', 5), ('u-1', 'prg_b', 'LINKED', 100, '\\x01', '{}', 6),
            ('u-1', 'prg_b', 'LINKED', 200, '\\x01', '{}', 7), ('u-1', 'prg_b', 'DELINKED', 200, '\\x02', '{}', 8);
        insert into links (card_id, program_id, status, account, held, deciding_event_id, deciding_stamp_micros)
        select 'card-1', program_id, 'linked', '{}', held, event_id, stamp_micros
        from connection_events join (values (5, false), (6, true)) as w (inbox_id, held) using (inbox_id);
        """
}
