import Foundation
import Logging
package import PostgreSQL
import Schema

/// Fresh migrated databases for tests.
///
/// **Cost** The first call of a process starts a cluster (about two seconds) and migrates a template; each further
/// database is a copy of that template.
package enum TestDatabase {
    /// A database with a running pool; call `drop()` at the end, or let the end of the process do it.
    package struct Handle: Sendable {
        /// The pool, already running.
        package let pool: PostgresPool
        /// The database's connection string, for tests that open connections of their own.
        package let connectionString: String
        private let runner: Task<Void, any Error>
        private let access: TestCluster.Access
        private let name: String

        fileprivate init(access: TestCluster.Access, name: String, poolSizeMax: Int) {
            self.access = access
            self.name = name
            connectionString = access.connectionString(name)
            // The time limits only end tests that hang.
            let configuration = PostgresConfiguration(
                connectionString: connectionString, poolSizeMax: poolSizeMax, statementTimeout: .seconds(300),
                lockTimeout: nil, idleTransactionTimeout: .seconds(300), leaseTimeout: .seconds(300))
            let pool = PostgresPool(configuration: configuration, logger: TestDatabase.logger)
            self.pool = pool
            // Unstructured on purpose: a suite holds the handle, and drop() ends the task.
            runner = Task { try await pool.run() }
        }

        /// Closes the pool and removes the database.
        package func drop() async {
            runner.cancel()
            _ = await runner.result
            try? await TestDatabase.administer(access, "DROP DATABASE IF EXISTS \"\(name)\" WITH (FORCE)")
        }
    }

    /// Makes a database with the migrations of a directory, by default the package's own.
    ///
    /// An empty string asks for a database without any migration.
    package static func make(migrations: String? = nil, poolSizeMax: Int = 8) async throws -> Handle {
        let access = try await TestCluster.access()
        let name = "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(20)
        if migrations == "" {
            try await administer(access, "CREATE DATABASE \"\(name)\"")
        } else {
            let template = try await TestTemplate.prepare(
                migrations.map { .directory($0) } ?? Schema.migrations, access)
            try await administer(access, "CREATE DATABASE \"\(name)\" TEMPLATE \"\(template)\"")
        }
        return Handle(access: access, name: name, poolSizeMax: poolSizeMax)
    }

    /// Lends `body` a fresh migrated database, dropped at the end.
    package static func withDatabase<T: Sendable>(
        migrations: String? = nil,
        poolSizeMax: Int = 8,
        _ body: (_ pool: PostgresPool, _ connectionString: String) async throws -> T
    ) async throws -> T {
        let handle = try await make(migrations: migrations, poolSizeMax: poolSizeMax)
        do {
            let value = try await body(handle.pool, handle.connectionString)
            await handle.drop()
            return value
        } catch {
            await handle.drop()
            throw error
        }
    }

    static let logger = {
        var logger = Logger(label: "multibrand.test")
        logger.logLevel = .error
        return logger
    }()

    static func administer(_ access: TestCluster.Access, _ sql: String) async throws {
        try await PostgresConnection.withDedicated(access.administration, logger: logger) { try await $0.execute(sql) }
    }
}
