import PostgreSQL
import PostgreSQLCluster
import Testing

@Suite("Listening")
struct ListenerTests {
    private enum Heard: Equatable, Sendable {
        case listening
        case notification(String, String)
    }

    @Test("notifications arrive in order with channel and payload, and listening resumes after the connection broke")
    func notifications() async throws {
        try await TestDatabase.withDatabase(migrations: "") { pool, connectionString in
            let (stream, continuation) = AsyncStream<Heard>.makeStream()
            let listener = PostgresListener(
                configuration: PostgresConfiguration(connectionString: connectionString, applicationName: "listener"),
                logger: quietLogger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await listener.run(channels: ["spends", "Odd \"name\""]) {
                        continuation.yield(.notification($0, $1))
                    } onReconnect: {
                        continuation.yield(.listening)
                    }
                }
                var heard = stream.makeAsyncIterator()
                #expect(await heard.next() == .listening)
                _ = try await pool.query(
                    "SELECT pg_notify('spends', 'one'), pg_notify('Odd \"name\"', ''), pg_notify('spends', 'two')")
                #expect(await heard.next() == .notification("spends", "one"))
                #expect(await heard.next() == .notification("Odd \"name\"", ""))
                #expect(await heard.next() == .notification("spends", "two"))
                _ = try await pool.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listener'")
                #expect(await heard.next() == .listening)
                _ = try await pool.query("SELECT pg_notify('spends', 'three')")
                #expect(await heard.next() == .notification("spends", "three"))
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}
