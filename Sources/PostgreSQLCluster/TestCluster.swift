import Foundation
import Glibc
import Logging
import PostgreSQL
import Synchronization

/// The one cluster that all tests of a process share: started when first asked for, gone when the process ends.
///
/// `MULTIBRAND_TEST_POSTGRES` may name a running cluster by connection string (a superuser of it), which is used
/// instead.
enum TestCluster {
    /// How a database is made and reached.
    struct Access: Sendable {
        let administration: PostgresConfiguration
        let connectionString: @Sendable (_ database: String) -> String
    }

    private static let shared = SharedStart()
    /// What the handler of the process's end stops; written once, before the handler is registered.
    private static let running = Mutex<PostgresCluster?>(nil)

    static func access() async throws -> Access {
        if let external = ProcessInfo.processInfo.environment["MULTIBRAND_TEST_POSTGRES"], !external.isEmpty {
            return Access(
                administration: PostgresConfiguration(connectionString: external),
                connectionString: { TestConnectionString.replacingDatabase(in: external, with: $0) })
        }
        let cluster = try await shared.cluster()
        return Access(
            administration: PostgresConfiguration(connectionString: cluster.connectionString),
            connectionString: { cluster.connectionString(database: $0) })
    }

    fileprivate static func start() async throws -> PostgresCluster {
        await removeSurvivors()
        let directory = directoryPrefix + "\(getpid())"
        let options = PostgresClusterOptions(
            isDurable: false, connectionsMax: 400)
        let cluster = try await PostgresCluster.start(directory: directory, options: options)
        running.withLock { $0 = cluster }
        atexit {
            TestCluster.running.withLock { cluster in
                cluster?.stopImmediately()
                cluster?.removeFiles()
                cluster = nil
            }
        }
        return cluster
    }

    private static let directoryPrefix = "/tmp/multibrand-test-postgres-"

    /// Ends and removes the clusters of test processes that were killed.
    private static func removeSurvivors() async {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/tmp")) ?? []
        for name in names {
            let path = "/tmp/" + name
            guard path.hasPrefix(directoryPrefix), let pid = Int32(path.dropFirst(directoryPrefix.count)),
                kill(pid, 0) != 0, errno == ESRCH,
                let survivor = try? await PostgresCluster.start(
                    directory: path, options: PostgresClusterOptions(isDurable: false))
            else { continue }
            survivor.stopImmediately()
            survivor.removeFiles()
        }
    }
}

/// Single flight for the cluster's start: the first caller starts it, the others wait for the same outcome.
private actor SharedStart {
    private var start: Task<PostgresCluster, any Error>?

    func cluster() async throws -> PostgresCluster {
        if let start { return try await start.value }
        // Unstructured on purpose: the cluster outlives the test that happened to come first.
        let task = Task { try await TestCluster.start() }
        start = task
        return try await task.value
    }
}
