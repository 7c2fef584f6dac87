import Foundation
import PostgreSQL
import PostgreSQLCluster
import Schema
import Testing

@Suite("The migrator")
struct MigratorTests {
    private static let first = "CREATE TABLE a (n int8);\nINSERT INTO a VALUES (1);"
    private static let second = "CREATE TABLE b (n int8);"

    private func withDirectory(
        _ files: [String: String], _ body: (_ directory: String, _ pool: PostgresPool, Migrator) async throws -> Void
    ) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for (name, sql) in files { try write(sql, name, directory) }
        try await TestDatabase.withDatabase(migrations: "") { pool, _ in
            try await body(directory, pool, Migrator(pool: pool, source: .directory(directory), logger: quietLogger))
        }
    }

    private func write(_ sql: String, _ name: String, _ directory: String) throws {
        try sql.write(toFile: directory + "/" + name, atomically: true, encoding: .utf8)
    }

    private func refusal(_ migrator: Migrator) async throws -> MigrationError {
        try #require(await #expect(throws: MigrationError.self) { try await migrator.migrate() })
    }

    @Test("a fresh database gets every file once, in order; a second run does nothing")
    func freshAndRepeated() async throws {
        try await withDirectory(["0002_b.sql": Self.second, "0001_a.sql": Self.first, "README.md": "x"]) {
            _, pool, migrator in
            #expect(try await migrator.status().map(\.state) == [.pending, .pending])
            let report = try await migrator.migrate()
            #expect(report.applied == [1, 2])
            #expect(report.version == 2)
            let again = try await migrator.migrate()
            #expect(again.applied.isEmpty)
            #expect(again.version == 2)
            #expect(try await pool.query("SELECT count(*) FROM a")[0].value() == 1)
            #expect(try await migrator.status().map(\.state) == [.applied, .applied])
        }
    }

    @Test("a file changed after it was applied is refused by name, and nothing new is applied")
    func changedChecksum() async throws {
        try await withDirectory(["0001_a.sql": Self.first]) { directory, pool, migrator in
            try await migrator.migrate()
            try write(Self.first + "-- later thought", "0001_a.sql", directory)
            try write(Self.second, "0002_b.sql", directory)
            let error = try await refusal(migrator)
            #expect(error.reason == .checksumChanged)
            #expect(error.message.contains("0001_a.sql"))
            #expect(try await pool.query("SELECT to_regclass('b') IS NULL")[0].value() == true)
            #expect(try await migrator.status().map(\.state) == [.changed, .pending])
        }
    }

    @Test("a version the directory lacks is refused: an older release must not run on a newer database")
    func missingFile() async throws {
        try await withDirectory(["0001_a.sql": Self.first, "0002_b.sql": Self.second]) { directory, _, migrator in
            try await migrator.migrate()
            try FileManager.default.removeItem(atPath: directory + "/0002_b.sql")
            let error = try await refusal(migrator)
            #expect(error.reason == .unknownVersion)
            #expect(error.version == 2)
            #expect(try await migrator.status().map(\.state) == [.applied, .unknown])
        }
    }

    @Test("a file numbered below an applied one is refused")
    func outOfOrder() async throws {
        try await withDirectory(["0005_a.sql": Self.first]) { directory, _, migrator in
            try await migrator.migrate()
            try write(Self.second, "0004_b.sql", directory)
            #expect(try await refusal(migrator).reason == .outOfOrder)
        }
    }

    @Test(
        "names that are not NNNN_name.sql, shared numbers and empty directories are refused",
        arguments: [
            (["1_a.sql"], MigrationError.Reason.badName), (["0001a.sql"], .badName), (["0001_.sql"], .badName),
            (["0001_a.sql", "0001_b.sql"], .badName), (["readme.txt"], .directoryUnreadable),
        ])
    func badNames(names: [String], reason: MigrationError.Reason) async throws {
        let files = Dictionary(uniqueKeysWithValues: names.map { ($0, "SELECT 1") })
        try await withDirectory(files) { _, _, migrator in
            let error = try await refusal(migrator)
            #expect(error.reason == reason)
        }
    }

    @Test("a failing file leaves nothing behind, names its line, and the files before it stay")
    func failing() async throws {
        let broken = "CREATE TABLE c (n int8);\nINSERT INTO c VALUES (1);\nSELECT * FROM nowhere;"
        try await withDirectory(["0001_a.sql": Self.first, "0002_c.sql": broken]) { directory, pool, migrator in
            let error = try await refusal(migrator)
            #expect(error.reason == .failed)
            #expect(error.message.contains("0002_c.sql failed at line 3"))
            #expect(error.cause?.sqlState == .undefinedTable)
            #expect(
                try await pool.query("SELECT to_regclass('c') IS NULL AND to_regclass('a') IS NOT NULL")[0].value()
                    == true)
            try write(Self.second, "0002_c.sql", directory)
            #expect(try await migrator.migrate().applied == [2])
        }
    }

    @Test("a file that ends the migrator's transaction is refused")
    func ownCommit() async throws {
        try await withDirectory(["0001_a.sql": Self.first + "COMMIT;"]) { _, pool, migrator in
            let error = try await refusal(migrator)
            #expect(error.reason == .failed)
            #expect(error.message.contains("COMMIT"))
            #expect(try await pool.query("SELECT count(*) FROM schema_migrations")[0].value() == 0)
        }
    }

    @Test("eight migrators that start together apply each file once")
    func concurrent() async throws {
        try await withDirectory(["0001_a.sql": Self.first, "0002_b.sql": Self.second]) { _, pool, migrator in
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<8 { group.addTask { try await migrator.migrate().applied } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(applied.sorted() == [1, 2])
            #expect(try await pool.query("SELECT count(*) FROM a")[0].value() == 1)
        }
    }

    @Test("the executable holds every file of migrations/, byte for byte")
    func embedded() throws {
        guard case .texts(let texts) = Schema.migrations else {
            Issue.record("the executable's migrations are not texts of its own")
            return
        }
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("migrations")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasSuffix(".sql") }
        #expect(texts.map(\.fileName) == names.sorted(), "run .ci/generate")
        for text in texts {
            let file = try String(contentsOf: directory.appendingPathComponent(text.fileName), encoding: .utf8)
            #expect(text.sql == file, "\(text.fileName) is not what the executable holds: run .ci/generate")
        }
    }
}
