import Foundation
import PostgreSQL
import PostgreSQLCluster
import Schema
import Testing

extension Failover {
    @Suite("A pooler in front of the server")
    struct PoolerTests {
        @Test(
            "that lends sessions by the transaction or the statement is refused by name, with nothing left behind",
            arguments: ["transaction", "statement"])
        func refused(mode: String) async throws {
            try await Self.withPooler(mode) { throughPooler, direct in
                let configuration = PostgresConfiguration(connectionString: throughPooler)
                let migrator = Migrator(
                    configuration: configuration, source: Schema.migrations, logger: quietLogger)
                let refusal = try #require(
                    await #expect(throws: SharedSessionsError.self) { try await migrator.migrate() })
                #expect(refusal.message.contains("pgbouncer"))
                #expect(refusal.message.contains("pool_mode = session"))
                await #expect(throws: SharedSessionsError.self) { _ = try await migrator.status() }
                try await PostgresConnection.withDedicated(
                    PostgresConfiguration(connectionString: direct), logger: quietLogger
                ) { connection in
                    let locks: Int = try await connection.query(
                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")[0].value()
                    #expect(locks == 0)
                    let tables: Int = try await connection.query(
                        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")[0].value()
                    #expect(tables == 0, "nothing was applied")
                }
            }
        }

        @Test("that gives each connection a session of its own is as good as the server")
        func session() async throws {
            try await Self.withPooler("session") { throughPooler, direct in
                let configuration = PostgresConfiguration(connectionString: throughPooler)
                let report = try await Migrator(
                    configuration: configuration, source: Schema.migrations, logger: quietLogger
                ).migrate()
                #expect(!report.applied.isEmpty)
                try await PostgresConnection.refuseSharedSessions(
                    PostgresConfiguration(connectionString: direct), logger: quietLogger)
            }
        }

        /// Lends a pgbouncer in front of an empty database.
        private static func withPooler(
            _ mode: String, _ body: @Sendable (_ throughPooler: String, _ direct: String) async throws -> Void
        ) async throws {
            let program = try #require(
                ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].first(where: FileManager.default.isExecutableFile),
                "pgbouncer is not installed: .ci/install --tests installs it")
            let directory = try ProjectFiles.makeTemporaryDirectory()
            defer { try? FileManager.default.removeItem(atPath: directory) }
            let cluster = try await PostgresCluster.start(
                directory: directory + "/a", options: PostgresClusterOptions(isDurable: false))
            do {
                let direct = try await cluster.createDatabase(named: "multibrand")
                let port = try FreePort.choose()
                let settings = """
                    [databases]
                    * = host=\(cluster.connectionString.split(separator: "'")[1]) port=5432 user=multibrand
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = \(port)
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = \(mode)
                    default_pool_size = 5
                    """
                try settings.write(toFile: directory + "/pgbouncer.ini", atomically: true, encoding: .utf8)
                // It refuses to run as root, and the server's socket is its user's alone.
                let user = geteuid() == 0 ? ["-u", "postgres"] : []
                let pooler = ChildProgram(
                    [program] + user + [directory + "/pgbouncer.ini"], in: directory,
                    logPath: directory + "/pgbouncer.log")
                let through = "host=127.0.0.1 port=\(port) user=multibrand dbname=multibrand"
                defer { pooler.send(SIGKILL) }
                try await soon("pgbouncer answers") {
                    try await PostgresConnection.withDedicated(
                        PostgresConfiguration(connectionString: through), logger: quietLogger
                    ) { try await $0.execute("SELECT 1") }
                    return true
                }
                try await body(through, direct)
                await cluster.stop()
            } catch {
                await cluster.stop()
                throw error
            }
        }
    }
}
