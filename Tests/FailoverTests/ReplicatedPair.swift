import Foundation
import Logging
import PostgreSQL
import PostgreSQLCluster
import Testing

let quietLogger = {
    var logger = Logger(label: "failover")
    logger.logLevel = .critical
    return logger
}()

/// A primary and its standby, both our own, gone at the end.
struct ReplicatedPair: Sendable {
    static let database = "multibrand"

    let primary: PostgresCluster
    let standby: PostgresCluster

    /// Both servers, the primary first, as an operator writes them: without `target_session_attrs`.
    var bothHosts: String {
        let hosts = [primary, standby].map { cluster in
            cluster.connectionString.split(separator: "'")[1]
        }
        return "host='\(hosts.joined(separator: ","))' user=multibrand dbname=\(Self.database)"
    }

    /// Both servers, the standby first.
    var standbyFirst: String {
        let hosts = [standby, primary].map { cluster in
            cluster.connectionString.split(separator: "'")[1]
        }
        return "host='\(hosts.joined(separator: ","))' user=multibrand dbname=\(Self.database)"
    }

    var onPrimary: String { primary.connectionString(database: Self.database) }
    var onStandby: String { standby.connectionString(database: Self.database) }

    static func options(isSynchronous: Bool) -> PostgresClusterOptions {
        var settings = ["synchronous_commit": "on", "wal_receiver_status_interval": "1s"]
        if isSynchronous { settings["synchronous_standby_names"] = "standby" }
        return PostgresClusterOptions(isDurable: false, connectionsMax: 60, settings: settings)
    }

    /// Lends a pair that replicates, with a database that both have.
    static func with(
        isSynchronous: Bool = true, migrations: String? = nil, _ body: @Sendable (ReplicatedPair) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.path + "/mbfo-" + UUID().uuidString.prefix(8).lowercased()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let primary = try await PostgresCluster.start(
            directory: directory + "/a", options: options(isSynchronous: false))
        do {
            let database = try await primary.createDatabase(named: Self.database)
            if let migrations {
                try await Migrator(
                    configuration: PostgresConfiguration(connectionString: database), directory: migrations,
                    logger: quietLogger
                ).migrate()
            }
            let standby = try await primary.startStandby(
                directory: directory + "/b", name: "standby", options: options(isSynchronous: false))
            let pair = ReplicatedPair(primary: primary, standby: standby)
            do {
                if isSynchronous { try await pair.replicateSynchronously() }
                try await body(pair)
                await pair.end()
            } catch {
                await pair.end()
                throw error
            }
        } catch {
            await primary.stop()
            throw error
        }
    }

    private func end() async {
        for cluster in [standby, primary] {
            cluster.resume()
            cluster.kill()
            await cluster.stop()
        }
    }

    private func replicateSynchronously() async throws {
        try await primary.reconfigure(Self.options(isSynchronous: true))
        try await eventually("the standby is synchronous") {
            try await ask(
                "select exists (select 1 from pg_stat_replication where sync_state = 'sync')", onPrimary)
        }
    }

    /// One value over a connection of its own.
    func ask<Value: PostgresDecodable & Sendable>(_ sql: String, _ connectionString: String) async throws -> Value {
        try await PostgresConnection.withDedicated(
            PostgresConfiguration(connectionString: connectionString), logger: quietLogger
        ) { try await $0.query(sql)[0].get(0) }
    }

    /// Whether the standby's log holds these words.
    func standbyLogHas(_ words: String) throws -> Bool { try standby.log().contains(words) }

    /// Runs statements over a connection of its own.
    func execute(_ sql: String, _ connectionString: String) async throws {
        try await PostgresConnection.withDedicated(
            PostgresConfiguration(connectionString: connectionString), logger: quietLogger
        ) { try await $0.execute(sql) }
    }
}

/// A pool with short patience, run beside `body`.
func withPool<Value: Sendable>(
    _ connectionString: String, size: Int = 4, statementTimeout: Duration = .seconds(1),
    leaseTimeout: Duration = .seconds(5), _ body: @Sendable (PostgresPool) async throws -> Value
) async throws -> Value {
    let pool = PostgresPool(
        configuration: PostgresConfiguration(
            connectionString: connectionString, poolSizeMax: size, connectTimeout: .seconds(2),
            statementTimeout: statementTimeout, leaseTimeout: leaseTimeout),
        logger: quietLogger)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await pool.run() }
        do {
            let value = try await body(pool)
            pool.abandon()
            group.cancelAll()
            try await group.waitForAll()
            return value
        } catch {
            pool.abandon()
            group.cancelAll()
            throw error
        }
    }
}

/// The `PostgresError` that `body` throws.
func postgresError(
    _ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> PostgresError {
    try #require(
        await #expect(throws: PostgresError.self, sourceLocation: sourceLocation) { try await body() },
        sourceLocation: sourceLocation)
}

/// Waits until `condition` holds; what it throws meanwhile counts as not yet.
func eventually(
    _ what: String, within limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    var last: (any Error)?
    while ContinuousClock.now < end {
        do {
            if try await condition() { return }
            last = nil
        } catch {
            last = error
        }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record("not within \(limit): \(what) \(last.map { "(\($0))" } ?? "")", sourceLocation: sourceLocation)
}

/// Runs `body` and expects it to end in time.
func within<Value>(
    _ limit: Duration, _ what: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Value
) async rethrows -> Value {
    let start = ContinuousClock.now
    defer {
        let took = start.duration(to: .now)
        #expect(took < limit, "\(what) took \(took)", sourceLocation: sourceLocation)
    }
    return try await body()
}
