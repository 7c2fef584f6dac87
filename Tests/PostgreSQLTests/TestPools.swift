import Foundation
import Logging
import PostgreSQL
import PostgreSQLCluster
import Testing

let quietLogger = {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    return logger
}()

/// Runs a pool of its own beside `body`, closed when `body` ends.
func withPool<T: Sendable>(
    _ configuration: PostgresConfiguration, _ body: @Sendable (PostgresPool) async throws -> T
) async throws -> T {
    let pool = PostgresPool(configuration: configuration, logger: quietLogger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await pool.run() }
        do {
            let value = try await body(pool)
            group.cancelAll()
            try await group.waitForAll()
            return value
        } catch {
            group.cancelAll()
            throw error
        }
    }
}

/// Runs a cluster of its own beside `body`, removed when `body` ends.
func withCluster<T: Sendable>(_ body: @Sendable (PostgresCluster, String) async throws -> T) async throws -> T {
    let directory = try temporaryDirectory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let cluster = try await PostgresCluster.start(directory: directory, options: .init(isDurable: false))
    do {
        let value = try await body(cluster, directory)
        await cluster.stop()
        return value
    } catch {
        await cluster.stop()
        throw error
    }
}

func temporaryDirectory() throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/mbpg-" + UUID().uuidString.prefix(8).lowercased()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
}

/// Asks the database until `sql` yields true; the server does the pausing. Fails after about ten seconds.
func waitUntil(_ sql: String, _ pool: PostgresPool) async throws {
    for _ in 0..<1000 {
        if try await pool.query(sql)[0].value(as: Bool.self) { return }
        _ = try await pool.query("SELECT pg_sleep(0.01)")
    }
    Issue.record("still false after ten seconds: \(sql)")
}

/// The `PostgresError` that `body` throws.
func postgresError(_ body: () async throws -> Void) async throws -> PostgresError {
    try #require(await #expect(throws: PostgresError.self) { try await body() })
}
