import Cosmo
import Foundation
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Testing

@testable import Issuance

/// What the migration to a column for the wallet's environment makes of issuances that were paid before it.
@Suite struct WalletEnvironmentMigrationTests {
    @Test("An issuance that was paid keeps its environment in a column and its digest, unless that did not fit before")
    func backfill() async throws {
        let early = FileManager.default.temporaryDirectory.appendingPathComponent("migrations-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: early, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: early) }
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.migrations) where name < "0020" {
            try FileManager.default.copyItem(
                atPath: Self.migrations + "/" + name, toPath: early.appendingPathComponent(name).path)
        }
        let sealed = Self.digest(CosmoAccount(fields: ["externalUserID": "u1", "environment": "SANDBOX"]))
        try await TestDatabase.withDatabase(migrations: early.path) { pool, _ in
            try await pool.withConnection { connection in
                try await connection.execute("insert into programs (program_id, pays_into) values ('stars', 'WALLET')")
                let digests: [(String, PostgresValue)] = [
                    ("mb-1", .bytea(sealed)), ("mb-2", .bytea([1])), ("mb-3", .null),
                ]
                for (reference, digest) in digests {
                    _ = try await connection.query(
                        """
                        insert into issuances (card_id, reference_number, program_id, unit, quantity_micro, sent_value,
                            sent_currency, account, status, settled_by, settled_at, created_at, sent_unit_micro,
                            planned_digest)
                        values ('c1', $1, 'stars', 'points', 3000000, 3, 'POINTS',
                            '{"externalUserID": "u1", "environment": "SANDBOX"}', 'confirmed', 'wallet', $2, $2,
                                1000000,
                            $3)
                        """, [.text(reference), .timestamptz(Self.at), digest])
                }
            }
            try await Migrator(pool: pool, source: .directory(Self.migrations), logger: Stage.logger).migrate()
            let issuances = try await pool.withConnection { connection in
                try await connection.pipeline(IssuanceStore.lock(["mb-1", "mb-2", "mb-3"]))
            }
            let member = CosmoAccount(fields: ["externalUserID": "u1"])
            #expect(issuances.map(\.walletEnvironment) == ["SANDBOX", "SANDBOX", "SANDBOX"])
            #expect(issuances.map(\.account) == [member, member, member])
            #expect(issuances.map(\.plannedDigest) == [Self.digest(member), [1], nil])
        }
    }

    private static let at = PostgresTimestamp(microsecondsSinceEpoch: 1_772_445_600_000_001)

    private static let migrations = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("migrations").path

    private static func digest(_ account: CosmoAccount) -> [UInt8] {
        PlannedDigest.of(
            PositionKey(cardID: "c1", programID: "stars", unit: .points), referenceNumber: "mb-1",
            quantityMicro: 3_000_000, sentValue: 3, sentUnitMicro: 1_000_000, sentCurrency: "POINTS", account: account,
            plannedAt: at)
    }
}
