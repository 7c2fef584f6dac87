package import Logging
import Waiting

/// A connection outside any pool, for work that owns its session: migrations, LISTEN, administration.
struct DedicatedConnection: Sendable {
    let worker: ConnectionWorker
    let connection: PostgresConnection

    /// Connects, with one attempt at each host.
    ///
    /// **Errors** `connectionFailed`. A cancelled caller still waits for the attempt, which `connectTimeout` bounds.
    static func open(
        _ configuration: PostgresConfiguration,
        logger: Logger,
        notified: @escaping @Sendable (_ channel: String, _ payload: String) -> Void = { _, _ in },
        closed: @escaping @Sendable () -> Void = {}
    ) async throws -> DedicatedConnection {
        var configuration = configuration
        // Nobody else waits for this connection, and a migration or an advisory lock may take its time.
        configuration.lockTimeout = nil
        let worker = try ConnectionWorker(configuration: configuration, logger: logger)
        let start = Waiter<Result<Void, PostgresError>>()
        let isStarted = worker.start(
            ConnectionWorker.Events(
                opened: { _ in start.answer(.success(())) },
                failed: { _, error in
                    start.answer(.failure(error))
                    return nil
                },
                closed: { _, _ in closed() },
                notified: notified))
        if !isStarted {
            start.answer(.failure(PostgresError(.connectionFailed, "the system has no thread left (ulimit -u)")))
        }
        try await start.value().get()
        let connection = PostgresConnection(worker: worker, statementTimeout: configuration.statementTimeout)
        return DedicatedConnection(worker: worker, connection: connection)
    }

    func close() {
        connection.invalidate()
        worker.close()
    }
}

extension PostgresConnection {
    /// Lends `body` a connection of its own outside any pool; it is closed when `body` ends.
    ///
    /// **Errors** `connectionFailed`, and what `body` throws.
    package static func withDedicated<T: Sendable>(
        _ configuration: PostgresConfiguration,
        logger: Logger,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        let dedicated = try await DedicatedConnection.open(configuration, logger: logger)
        defer { dedicated.close() }
        return try await body(dedicated.connection)
    }
}
