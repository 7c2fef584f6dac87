import Logging
import PostgreSQL
import Synchronization
import Testing

@Suite("A database that refuses connections", .timeLimit(.minutes(15)))
struct OutageTests {
    /// Keeps the levels and messages of what is logged.
    private final class Log: LogHandler {
        let lines = Mutex<[String]>([])
        var metadata: Logger.Metadata {
            get { [:] }
            set {}
        }
        var logLevel: Logger.Level {
            get { .info }
            set {}
        }
        subscript(metadataKey _: String) -> Logger.Metadata.Value? {
            get { nil }
            set {}
        }
        func log(event: LogEvent) { lines.withLock { $0.append("\(event.level) \(event.message)") } }
    }

    @Test("is known to its callers long before they would have waited for a connection, and is logged once")
    func known() async throws {
        let log = Log()
        // Nobody listens on port 1.
        let configuration = PostgresConfiguration(
            connectionString: "postgresql://127.0.0.1:1/none", poolSizeMax: 4, leaseTimeout: .seconds(3600),
            outagePatience: .milliseconds(100))
        let pool = PostgresPool(
            configuration: configuration, logger: Logger(label: "test", factory: { _ in log }))
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            for _ in 0..<3 {
                await withTaskGroup(of: PostgresError.Kind?.self) { callers in
                    for _ in 0..<8 {
                        callers.addTask {
                            do {
                                _ = try await pool.query("select 1")
                                return nil
                            } catch { return (error as? PostgresError)?.kind }
                        }
                    }
                    for await kind in callers { #expect(kind == .connectionFailed) }
                }
            }
            group.cancelAll()
        }
        #expect(
            log.lines.withLock { $0 } == [
                "warning the database cannot be reached; will keep trying to connect"
            ])
    }
}
