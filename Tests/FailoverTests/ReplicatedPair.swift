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
    let primary: PostgresCluster
    let standby: PostgresCluster
    /// The database that both have.
    var database = "multibrand"

    /// Both servers, the primary first, as an operator writes them: without `target_session_attrs`.
    var bothHosts: String {
        let hosts = [primary, standby].map { cluster in
            cluster.connectionString.split(separator: "'")[1]
        }
        return "host='\(hosts.joined(separator: ","))' user=multibrand dbname=\(database)"
    }

    /// Both servers, the standby first.
    var standbyFirst: String {
        let hosts = [standby, primary].map { cluster in
            cluster.connectionString.split(separator: "'")[1]
        }
        return "host='\(hosts.joined(separator: ","))' user=multibrand dbname=\(database)"
    }

    var onPrimary: String { primary.connectionString(database: database) }
    var onStandby: String { standby.connectionString(database: database) }

    static func options(isSynchronous: Bool) -> PostgresClusterOptions {
        // Durable as its settings go: what kills a process leaves the system's memory, and no test cuts the power.
        var settings = [
            "synchronous_commit": "on", "fsync": "on", "full_page_writes": "on", "wal_receiver_status_interval": "1s",
        ]
        if isSynchronous { settings["synchronous_standby_names"] = "standby" }
        return PostgresClusterOptions(isDurable: false, connectionsMax: 60, settings: settings)
    }

    /// Lends a pair that replicates, with a database that both have; both servers are gone afterwards.
    static func with(
        isSynchronous: Bool = true, migrations: MigrationSource? = nil,
        _ body: @Sendable (ReplicatedPair) async throws -> Void
    ) async throws {
        let directory = newDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let pair = try await start(directory: directory, isSynchronous: isSynchronous, migrations: migrations)
        do {
            try await body(pair)
            await pair.end()
        } catch {
            await pair.end()
            throw error
        }
    }

    static func newDirectory() -> String {
        removeSurvivors()
        return "\(directoryPrefix)\(getpid())-\(UUID().uuidString.prefix(8).lowercased())"
    }

    private static let directoryPrefix = "/tmp/mbfo-"

    /// Ends and removes the servers of test processes that were killed.
    private static func removeSurvivors() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? [] {
            let path = "/tmp/" + name
            guard path.hasPrefix(directoryPrefix),
                let owner = path.dropFirst(directoryPrefix.count).split(separator: "-").first.flatMap({ Int32($0) }),
                kill(owner, 0) != 0, errno == ESRCH
            else { continue }
            for cluster in ["a", "b"] {
                let text = try? String(contentsOfFile: path + "/\(cluster)/data/postmaster.pid", encoding: .utf8)
                let server = text?.split(separator: "\n").first.flatMap { Int32($0) }
                if let server, (try? String(contentsOfFile: "/proc/\(server)/comm", encoding: .utf8)) == "postgres\n" {
                    PostgresCluster.signalAll(of: server, SIGKILL)
                }
            }
            try? FileManager.default.removeItem(atPath: path)
        }
    }

    static func start(directory: String, isSynchronous: Bool, migrations: MigrationSource?) async throws
        -> ReplicatedPair
    {
        let primary = try await PostgresCluster.start(
            directory: directory + "/a", options: options(isSynchronous: false))
        do {
            let database = try await primary.createDatabase(named: "multibrand")
            if let migrations {
                try await Migrator(
                    configuration: PostgresConfiguration(connectionString: database), source: migrations,
                    logger: quietLogger
                ).migrate()
            }
            let standby = try await primary.startStandby(
                directory: directory + "/b", name: "standby", options: options(isSynchronous: false))
            let pair = ReplicatedPair(primary: primary, standby: standby)
            if isSynchronous { try await pair.replicateSynchronously() }
            return pair
        } catch {
            await primary.stop()
            throw error
        }
    }

    private func end() async {
        for cluster in [standby, primary] {
            cluster.kill()
            await cluster.stop()
        }
    }

    private func replicateSynchronously() async throws {
        try await primary.reconfigure(Self.options(isSynchronous: true))
        try await soon("the standby is synchronous") {
            try await ask(
                "select exists (select 1 from pg_stat_replication where sync_state = 'sync')", onPrimary)
        }
    }

    /// One value over a connection of its own.
    func ask<Value: PostgresDecodable & Sendable>(_ sql: String, _ connectionString: String) async throws -> Value {
        try await PostgresConnection.withDedicated(
            PostgresConfiguration(connectionString: connectionString), logger: quietLogger
        ) { try await $0.query(sql)[0].value() }
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

/// Opens every connection of the pool.
func fill(_ pool: PostgresPool) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { _ = try await pool.query("SELECT pg_sleep(0.2)") } }
        try await group.waitForAll()
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
func soon(
    _ what: String, within limit: Duration = .seconds(300), sourceLocation: SourceLocation = #_sourceLocation,
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
