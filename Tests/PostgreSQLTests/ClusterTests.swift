import Foundation
import PostgreSQL
import PostgreSQLCluster
import Testing

@Suite("Private clusters", .serialized)
struct ClusterTests {
    private func ask(_ sql: String, _ connectionString: String) async throws -> Int {
        try await PostgresConnection.withDedicated(
            PostgresConfiguration(connectionString: connectionString), logger: quietLogger
        ) { try await $0.query(sql)[0].value() }
    }

    @Test("a cluster keeps its data from one start to the next, and one directory serves one process")
    func lasting() async throws {
        try await withCluster { cluster, directory in
            let database = try await cluster.createDatabase(named: "kept")
            #expect(try await cluster.createDatabase(named: "kept") == database)
            try await PostgresConnection.withDedicated(
                PostgresConfiguration(connectionString: database), logger: quietLogger
            ) { try await $0.execute("CREATE TABLE t AS SELECT 42 AS n") }
            let second = await #expect(throws: PostgresClusterError.self) {
                _ = try await PostgresCluster.start(directory: directory)
            }
            #expect(second?.reason == .inUse)
            await cluster.stop()
            await #expect(throws: PostgresError.self) { _ = try await ask("SELECT 1", database) }
            let again = try await PostgresCluster.start(directory: directory, options: .init(isDurable: false))
            #expect(try await ask("SELECT n FROM t", database) == 42)
            try await again.dropDatabase(named: "kept")
            await #expect(throws: PostgresError.self) { _ = try await ask("SELECT 1", database) }
            await again.stop()
        }
    }

    @Test("a cluster whose server was killed starts again, past the pid file it left")
    func crash() async throws {
        try await withCluster { cluster, directory in
            let pidFile = try String(contentsOfFile: directory + "/data/postmaster.pid", encoding: .utf8)
            await cluster.stop()
            // The pid now names this test, which is alive and no server.
            let stale =
                "\(ProcessInfo.processInfo.processIdentifier)\n"
                + pidFile.split(separator: "\n").dropFirst().joined(separator: "\n")
            try stale.write(toFile: directory + "/data/postmaster.pid", atomically: true, encoding: .utf8)
            let again = try await PostgresCluster.start(directory: directory, options: .init(isDurable: false))
            #expect(try await ask("SELECT 1", again.connectionString) == 1)
            await again.stop()
        }
    }

    @Test("a directory too deep for a Unix socket works all the same")
    func deepDirectory() async throws {
        let top = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: top) }
        let deep = top + "/" + String(repeating: "long-", count: 20) + "it's"
        let cluster = try await PostgresCluster.start(directory: deep, options: .init(isDurable: false))
        let answer = try? await ask("SELECT 1", cluster.connectionString)
        await cluster.stop()
        #expect(answer == 1)
    }
}
