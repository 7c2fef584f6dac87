import Foundation
import Glibc
import Logging
import PostgreSQL
import PostgreSQLCluster

/// A migrated cluster of one test's own, which the test may crash.
struct CrashingCluster: Sendable {
    let cluster: PostgresCluster
    let connectionString: String
    private let directory: String

    static func with<T: Sendable>(
        settings: [String: String] = [:], _ body: (CrashingCluster) async throws -> T
    ) async throws -> T {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "multibrand-" + UUID().uuidString.prefix(8).lowercased()
        ).path
        let cluster = try await PostgresCluster.start(
            directory: directory, options: PostgresClusterOptions(settings: settings))
        do {
            let connectionString = try await cluster.createDatabase(named: "spending")
            let value = try await body(
                CrashingCluster(cluster: cluster, connectionString: connectionString, directory: directory))
            await cluster.stop()
            try? FileManager.default.removeItem(atPath: directory)
            return value
        } catch {
            await cluster.stop()
            try? FileManager.default.removeItem(atPath: directory)
            throw error
        }
    }

    /// Lends a pool over the migrated database.
    func withPool<T: Sendable>(
        resolutionTime: Duration = .seconds(300), _ body: (PostgresPool) async throws -> T
    ) async throws -> T {
        var logger = Logger(label: "multibrand.test")
        logger.logLevel = .critical
        let configuration = PostgresConfiguration(
            connectionString: connectionString, poolSizeMax: 4, leaseTimeout: .seconds(300),
            commitResolutionTime: resolutionTime, reconnectBackoffMax: .milliseconds(200))
        let migrations = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("migrations").path
        _ = try await Migrator(configuration: configuration, source: .directory(migrations), logger: logger).migrate()
        let pool = PostgresPool(configuration: configuration, logger: logger)
        let run = Task { try await pool.run() }
        do {
            let value = try await body(pool)
            run.cancel()
            _ = await run.result
            return value
        } catch {
            run.cancel()
            _ = await run.result
            throw error
        }
    }

    /// Ends the server at once, without a checkpoint, as a crash does, and starts it again.
    func crashAndRecover() async throws {
        let dataDirectory: String = try await PostgresConnection.withDedicated(
            PostgresConfiguration(connectionString: connectionString), logger: Logger(label: "multibrand.test")
        ) { try await $0.query("select setting from pg_settings where name = 'data_directory'")[0].value() }
        let pidFile = dataDirectory + "/postmaster.pid"
        let text = try String(contentsOfFile: pidFile, encoding: .utf8)
        guard let line = text.split(separator: "\n").first, let pid = Int32(line) else {
            throw PostmasterUnknown()
        }
        // SIGQUIT to the postmaster is an immediate shutdown (PostgreSQL manual, section 19.5); its last act is to
        // remove the file.
        kill(pid, SIGQUIT)
        while FileManager.default.fileExists(atPath: pidFile) { await Task.yield() }
        try await cluster.restart()
    }

    private struct PostmasterUnknown: Error {}
}
