import PostgreSQL
import PostgreSQLCluster
import Synchronization
import Testing

@Suite("A restart of the server")
struct RestartTests {
    /// The keys whose transaction was acknowledged, and those whose outcome stayed unknown.
    private final class Outcomes: Sendable {
        private let state = Mutex<(acknowledged: Set<Int64>, unknown: Set<Int64>)>(([], []))
        var acknowledged: Set<Int64> { state.withLock { $0.acknowledged } }
        var unknown: Set<Int64> { state.withLock { $0.unknown } }
        func acknowledge(_ key: Int64) -> Int {
            state.withLock {
                $0.acknowledged.insert(key)
                return $0.acknowledged.count
            }
        }
        func leaveUnknown(_ key: Int64) { state.withLock { _ = $0.unknown.insert(key) } }
    }

    @Test("every acknowledged transaction is there once; none fails but one whose COMMIT was under way")
    func transactions() async throws {
        try await withCluster { cluster, _ in
            let configuration = PostgresConfiguration(
                connectionString: cluster.connectionString, poolSizeMax: 4, leaseTimeout: .seconds(300),
                outagePatience: .seconds(300))
            try await withPool(configuration) { pool in
                _ = try await pool.query("CREATE TABLE spends (id int8 PRIMARY KEY)")
                let outcomes = Outcomes()
                let isWarm = Gate()
                let isOver = Gate()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<16 {
                        group.addTask {
                            try await write(
                                pool, from: Int64(writer) * 1_000_000, outcomes, isWarm: isWarm, isOver: isOver)
                        }
                    }
                    await isWarm.pass()
                    try await cluster.restart()
                    isOver.open()
                    try await group.waitForAll()
                }
                let stored = Set(try await pool.query("SELECT id FROM spends").map { try $0.value(as: Int64.self) })
                #expect(outcomes.acknowledged.isSubset(of: stored))
                #expect(stored.subtracting(outcomes.acknowledged).isSubset(of: outcomes.unknown))
                #expect(pool.statistics.failures > 0)
            }
        }
    }

    /// Writes one row after another until twenty of them came after the restart.
    private func write(
        _ pool: PostgresPool, from start: Int64, _ outcomes: Outcomes, isWarm: Gate, isOver: Gate
    ) async throws {
        var key = start
        var afterRestart = 0
        while afterRestart < 20 {
            key += 1
            if isOver.isOpen { afterRestart += 1 }
            let row = PostgresStatement("INSERT INTO spends VALUES ($1)", [.int8(key)])
            do {
                try await pool.withTransaction(retries: 50) { _ = try await $0.pipeline([row]) }
                if outcomes.acknowledge(key) == 200 { isWarm.open() }
            } catch let error as PostgresError where error.kind == .commitOutcomeUnknown {
                outcomes.leaveUnknown(key)
            }
        }
    }
}
