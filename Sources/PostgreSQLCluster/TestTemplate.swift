import Foundation
import PostgreSQL

/// Template databases, one for each set of migrations.
enum TestTemplate {
    /// The name of a migrated template; made by the first caller, waited for by the others, also of other processes.
    static func prepare(_ source: MigrationSource, _ access: TestCluster.Access) async throws -> String {
        let name = "template_" + String(try fingerprint(of: source), radix: 36)
        try await PostgresConnection.withDedicated(access.administration, logger: TestDatabase.logger) { connection in
            _ = try await connection.query(
                "SELECT pg_advisory_lock(hashtext($1))", [.text(name)], timeout: .seconds(1200))
            let known = try await connection.query("SELECT 1 FROM pg_database WHERE datname = $1", [.text(name)])
            if known.isEmpty { try await make(name, source, access, connection) }
        }
        return name
    }

    /// Under its own name a template is always whole: it is migrated under another and renamed.
    private static func make(
        _ name: String, _ source: MigrationSource, _ access: TestCluster.Access, _ connection: PostgresConnection
    ) async throws {
        let draft = name + "_draft"
        try await connection.execute("DROP DATABASE IF EXISTS \"\(draft)\" WITH (FORCE)")
        try await connection.execute("CREATE DATABASE \"\(draft)\"")
        let configuration = PostgresConfiguration(connectionString: access.connectionString(draft))
        try await Migrator(configuration: configuration, source: source, logger: TestDatabase.logger).migrate()
        try await connection.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(draft)';
            """)
        try await rename(draft, to: name, connection)
    }

    /// The migrator's session may take a moment to end; the rename is refused until it has.
    private static func rename(_ draft: String, to name: String, _ connection: PostgresConnection) async throws {
        var attempt = 0
        while true {
            do {
                return try await connection.execute("ALTER DATABASE \"\(draft)\" RENAME TO \"\(name)\"")
            } catch let error as PostgresError where error.sqlState == "55006" && attempt < 100 {
                attempt += 1
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    /// FNV-1a over names and contents, so that a changed migration gets a new template.
    private static func fingerprint(of source: MigrationSource) throws -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        switch source {
        case .texts(let texts):
            for text in texts {
                mix(text.fileName.utf8)
                mix(text.sql.utf8)
            }
        case .directory(let path):
            for file in try FileManager.default.contentsOfDirectory(atPath: path).sorted() where file.hasSuffix(".sql")
            {
                mix(file.utf8)
                mix(FileManager.default.contents(atPath: path + "/" + file) ?? Data())
            }
        }
        return hash
    }
}
