import Foundation
import PostgreSQL
import PostgreSQLCluster
import Testing

@testable import Preferences

/// What the migration to two times makes of a database that was in use before it.
@Suite struct PreferenceTimesMigrationTests {
    @Test("allocations, decisions and deliveries from before the records began are entered, so that nothing differs")
    func backfill() async throws {
        let early = FileManager.default.temporaryDirectory.appendingPathComponent("migrations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: early, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: early) }
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.migrations) where name < "0009" {
            try FileManager.default.copyItem(
                atPath: Self.migrations + "/" + name, toPath: early.appendingPathComponent(name).path)
        }
        try await TestDatabase.withDatabase(migrations: early.path) { pool, _ in
            try await pool.withConnection { try await $0.execute(Self.before) }
            try await Migrator(pool: pool, source: .directory(Self.migrations), logger: TestRoom.logger).migrate()

            let allocations = try await pool.all(AllocationStore.allocations(ofCard: "card-1"))
            #expect(allocations.map(\.programID) == ["prg_a", "prg_b"])
            #expect(allocations.map(\.parts) == [70, 30])
            // prg_a has had its parts since version 2; prg_b shows them in no version, so its row's last change is
            // used.
            #expect(allocations.map(\.stampMicros) == [1_760_000_100_000_000, 1_760_000_900_000_000])
            #expect(allocations.map(\.recordedAt.microsecondsSinceEpoch) == allocations.map(\.stampMicros))

            let recorded = try await pool.all(ConnectionEventStore.recorded(ofSourceUser: "u-1"))
            #expect(recorded.map(\.event.isStanding) == [true, false])
            #expect(recorded.last?.discardedAt?.microsecondsSinceEpoch == 1_760_000_500_000_000)
            let decisions = try await pool.withConnection {
                try await $0.pipeline(ConnectionEventStore.decisions(aboutSourceUser: "u-1"))
            }
            #expect(decisions.mapValues(\.count) == [.discarded: 1])
            #expect(
                try await pool.query("select decided_by from connection_decisions").map {
                    try $0.get("decided_by", as: String.self)
                } == ["ada"])
            let entries = try await pool.all(ConnectionDeliveryStore.entries(ofSourceUser: "u-1"))
            #expect(entries.map(\.inboxID) == [11, 12])
        }
    }

    private static let migrations = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("migrations").path

    /// A card with two links, an allocation whose version is known and one whose version is not, and a resolved
    /// conflict.
    private static let before = """
        insert into cards (card_id, user_id, source_user_id, currency_code, preference_version, request_hash)
        values ('card-1', 'user', 'u-1', 'USD', 2, '\\x00');
        insert into links (card_id, program_id, status, account, allocated_parts, updated_at) values
            ('card-1', 'prg_a', 'linked', '{}', 70, to_timestamp(1760000800)),
            ('card-1', 'prg_b', 'delinked', '{}', 30, to_timestamp(1760000900)),
            ('card-1', 'prg_c', 'linked', '{}', null, to_timestamp(1760000900));
        insert into preference_versions (
            card_id, version, weights, links, cause, cause_id, effective_at, recorded_at) values
            ('card-1', 1, 'prg_a:1', '[{"program_id":"prg_a","parts":1,"account":{}}]', 'event', '11',
                to_timestamp(1760000000), to_timestamp(1760000000)),
            ('card-1', 2, 'prg_a:1', '[{"program_id":"prg_a","parts":70,"account":{}}]', 'allocation', 'r-1',
                to_timestamp(1760000100), to_timestamp(1760000100));
        insert into connection_events (
            source_user_id, program_id, kind, stamp_micros, content_digest, account, inbox_id, status, status_reason,
            recorded_at) values
            ('u-1', 'prg_a', 'LINKED', 7, '\\x01', '{}', 11, 'standing', null, to_timestamp(1760000000)),
            ('u-1', 'prg_a', 'DELINKED', 7, '\\x02', '{}', 12, 'discarded', 'RESOLVED_BY ada',
                to_timestamp(1760000001));
        insert into operator_actions (client_id, action, subject, acted_at)
        values ('ada', 'ResolveHeldEvent', 'inbox/11', to_timestamp(1760000500));
        """
}
