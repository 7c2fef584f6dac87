package import Logging

/// Brings a database to the newest version of a set of SQL files.
///
/// **Guarantees** Each file is applied once, in the order of the numbers, in a transaction together with its row in
/// `schema_migrations`; an advisory lock keeps migrators that start together apart. Forward only.
package struct Migrator: Sendable {
    private let configuration: PostgresConfiguration
    private let source: MigrationSource
    private let logger: Logger
    /// The advisory lock's key: "mbmigrat" in ASCII.
    private static let lockKey: Int64 = 0x6D62_6D69_6772_6174

    private static let tableSQL = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            version integer PRIMARY KEY,
            name text NOT NULL,
            checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
        );
        COMMENT ON TABLE schema_migrations IS
            'One row for each applied file of migrations/, with the SHA-256 of its text; written by the migrator \
        alone.';
        """

    /// Creates a migrator for the database of `configuration`.
    package init(configuration: PostgresConfiguration, source: MigrationSource, logger: Logger) {
        self.configuration = configuration
        self.source = source
        self.logger = logger
    }

    /// Creates a migrator for a pool's database; it uses a connection of its own, so the pool need not run.
    package init(pool: PostgresPool, source: MigrationSource, logger: Logger) {
        self.init(configuration: pool.configuration, source: source, logger: logger)
    }

    /// The number of the newest migration that a database has; 0 when it has none.
    ///
    /// **Errors** `PostgresError`.
    package static func version(of pool: PostgresPool) async throws -> Int {
        let rows = try await pool.query("SELECT coalesce(max(version), 0) AS newest FROM schema_migrations")
        return Int(try rows[0].get("newest", as: Int32.self))
    }

    /// Applies what is pending.
    ///
    /// **Errors** `MigrationError`, with files before the failing one applied and kept; `PostgresError` when the
    /// database cannot be reached; ``SharedSessionsError`` behind a pooler that lends sessions by the transaction,
    /// which would keep the advisory lock.
    @discardableResult
    package func migrate() async throws -> MigrationReport {
        let files = try source.files()
        return try await PostgresConnection.withDedicated(configuration, logger: logger) { connection in
            try await SharedSessions.refuse(on: connection, configuration, logger: logger)
            // Closing the connection releases the lock, also when this process dies.
            _ = try await connection.query(
                "SELECT pg_advisory_lock($1)", [.int8(Self.lockKey)], timeout: .seconds(24 * 3600))
            try await connection.execute(Self.tableSQL)
            let stored = try await Self.storedMigrations(connection)
            let checksums = try await Self.checksums(of: files, connection)
            try Self.check(files, checksums: checksums, against: stored)
            let newest = stored.keys.max() ?? -1
            var applied: [Int] = []
            for (file, checksum) in zip(files, checksums) where file.version > newest {
                try await apply(file, checksum: checksum, connection)
                applied.append(file.version)
            }
            // What an earlier run applied may have been committed here alone; this commit waits for the standby.
            _ = try await connection.query(LibpqSession.vouchSQL, timeout: .seconds(24 * 3600))
            return MigrationReport(applied: applied, version: max(newest, applied.last ?? newest))
        }
    }

    /// Compares the files with the database and changes neither.
    ///
    /// **Errors** As ``migrate()``.
    package func status() async throws -> [MigrationStatus] {
        let files = try source.files()
        return try await PostgresConnection.withDedicated(configuration, logger: logger) { connection in
            try await SharedSessions.refuse(on: connection, configuration, logger: logger)
            let exists: Bool = try await connection.query(
                "SELECT to_regclass('schema_migrations') IS NOT NULL AS is_there")[0].get("is_there")
            let stored = exists ? try await Self.storedMigrations(connection) : [:]
            let checksums = try await Self.checksums(of: files, connection)
            var all = zip(files, checksums).map { file, checksum in
                let row = stored[file.version]
                let state: MigrationStatus.State = row.map { $0.checksum == checksum ? .applied : .changed } ?? .pending
                return MigrationStatus(version: file.version, name: file.name, state: state, appliedAt: row?.appliedAt)
            }
            let known = Set(files.map(\.version))
            for (version, row) in stored where !known.contains(version) {
                all.append(MigrationStatus(version: version, name: row.name, state: .unknown, appliedAt: row.appliedAt))
            }
            return all.sorted { $0.version < $1.version }
        }
    }

    private struct Stored {
        let name: String
        let checksum: String
        let appliedAt: PostgresTimestamp
    }

    private static func storedMigrations(_ connection: PostgresConnection) async throws -> [Int: Stored] {
        let rows = try await connection.query("SELECT version, name, checksum, applied_at FROM schema_migrations")
        return try rows.reduce(into: [:]) { stored, row in
            stored[try row.get("version")] = Stored(
                name: try row.get("name"), checksum: try row.get("checksum"), appliedAt: try row.get("applied_at"))
        }
    }

    /// The files' SHA-256, computed by the server, so that this module needs no cryptography of its own.
    private static func checksums(of files: [MigrationFile], _ connection: PostgresConnection) async throws -> [String]
    {
        try await connection.query(
            """
            SELECT encode(sha256(convert_to(sql, 'UTF8')), 'hex') AS checksum
            FROM unnest($1::text[]) WITH ORDINALITY AS file (sql, position) ORDER BY position
            """, [.textArray(files.map(\.sql))]
        ).map { try $0.get("checksum") }
    }

    private static func check(
        _ files: [MigrationFile], checksums: [String], against stored: [Int: Stored]
    ) throws(MigrationError) {
        let known = Set(files.map(\.version))
        if let unknown = stored.keys.filter({ !known.contains($0) }).min() {
            throw MigrationError(
                .unknownVersion, version: unknown,
                "the database has migration \(MigrationFile.padded(unknown)) that this release lacks; "
                    + "run the release that brought it, or a newer one")
        }
        let newest = stored.keys.max() ?? -1
        for (file, checksum) in zip(files, checksums) {
            if let row = stored[file.version] {
                guard row.checksum == checksum else {
                    throw MigrationError(
                        .checksumChanged, version: file.version,
                        "\(file.fileName) was changed after it had been applied; restore it, and put the change in a "
                            + "new file"
                    )
                }
            } else if file.version < newest {
                throw MigrationError(
                    .outOfOrder, version: file.version,
                    "\(file.fileName) comes before \(MigrationFile.padded(newest)), which is applied; give it a higher "
                        + "number"
                )
            }
        }
    }

    private func apply(_ file: MigrationFile, checksum: String, _ connection: PostgresConnection) async throws {
        logger.info("applying a migration", metadata: ["file": "\(file.fileName)"])
        do {
            try await connection.execute("BEGIN")
            try await connection.execute(file.sql)
            guard try await connection.perform(timeout: nil, { $0.isInHealthyTransaction }) else {
                throw MigrationError(
                    .failed, version: file.version,
                    "\(file.fileName) ended the migrator's transaction; remove its COMMIT or ROLLBACK")
            }
            _ = try await connection.query(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
                [.int4(Int32(file.version)), .text(file.name), .text(checksum)])
            // It may take as long as it takes: a large migration has much to send to a standby.
            try await connection.commit(vouches: false, timeout: nil)
        } catch let error as PostgresError where error.server != nil {
            let place = error.server?.position.map { " at \(Self.line(of: $0, in: file.sql))" } ?? ""
            throw MigrationError(
                .failed, version: file.version, "\(file.fileName) failed\(place) and was rolled back: \(error.message)",
                cause: error)
        }
    }

    private static func line(of position: Int, in sql: String) -> String {
        let line = sql.unicodeScalars.prefix(max(position - 1, 0)).count { $0 == "\n" } + 1
        return "line \(line)"
    }
}
