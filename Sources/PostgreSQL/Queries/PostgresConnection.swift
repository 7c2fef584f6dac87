import Synchronization

/// A connection on loan: valid inside the closure that received it, refused afterwards.
///
/// **Concurrency** Calls made at the same time run one after the other. A cancelled task's statement is cancelled on
/// the server and the call throws `CancellationError`.
package final class PostgresConnection: Sendable {
    struct State {
        var isValid = true
        /// The BEGIN of a transaction whose first statement is still to come; it travels with that statement.
        var pendingBegin: String?
        /// The last error in this lease that makes running the transaction again worth while.
        var retryableError: PostgresError?
    }

    let worker: ConnectionWorker
    let statementTimeout: Duration
    let state = Mutex(State())

    init(worker: ConnectionWorker, statementTimeout: Duration) {
        self.worker = worker
        self.statementTimeout = statementTimeout
    }

    /// Runs one statement, prepared on first use and cached by its text, with binary parameters and results.
    ///
    /// `timeout` replaces the configured statement timeout.
    ///
    /// **Errors** `PostgresError`: `encoding` before anything is sent, `server` when the statement is refused,
    /// `timeout`, `connectionLost`.
    ///
    /// **Cost** One round trip, also on first use and as the first statement of a transaction.
    package func query(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        timeout: Duration? = nil
    ) async throws -> PostgresResult {
        try await query(PostgresStatement(sql, parameters), timeout: timeout)
    }

    /// The same of a statement.
    package func query(
        _ statement: PostgresStatement, timeout: Duration? = nil
    ) async throws -> PostgresResult {
        let results = try await pipeline([statement], timeout: timeout)
        guard let result = results.first else { throw PostgresError.connectionLost("the statement gave no result") }
        return result
    }

    /// Runs statements in one round trip and returns their results in order.
    ///
    /// **Guarantees** Outside a transaction the statements are one implicit transaction: all of them apply or none
    /// does.
    ///
    /// **Errors** The first refused statement's error; the server skips what follows it.
    package func pipeline(
        _ statements: [PostgresStatement],
        timeout: Duration? = nil
    ) async throws -> [PostgresResult] {
        if statements.isEmpty { return [] }
        var encoded: [EncodedStatement] = []
        encoded.reserveCapacity(statements.count)
        for statement in statements { encoded.append(try EncodedStatement(statement)) }
        let batch = encoded
        let preamble = try takePendingBegin()
        return try await perform(timeout: timeout ?? statementTimeout) { try $0.pipeline(batch, preamble: preamble) }
    }

    /// Runs a script of many statements without parameters, as migrations are; outside a transaction it is one of its
    /// own unless it says BEGIN and COMMIT itself. No statement timeout applies.
    package func execute(_ sqlScript: String) async throws {
        let preamble = try takePendingBegin()
        try await perform(timeout: nil) { session in
            if let preamble { try session.execute(preamble) }
            try session.execute(sqlScript)
        }
    }

    /// Reads the rows of a statement one by one, in memory that does not grow with their number.
    ///
    /// **Guarantees** At most a few hundred rows are held at a time. When `body` throws, the statement is cancelled.
    ///
    /// **Concurrency** No other statement may run on this connection until the last row is read (`invalidUse`).
    package func forEachRow(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        timeout: Duration? = nil,
        _ body: (PostgresRow) throws -> Void
    ) async throws {
        let encoded = try EncodedStatement(PostgresStatement(sql, parameters))
        let preamble = try takePendingBegin()
        try await perform(timeout: timeout ?? statementTimeout) { try $0.startStream(encoded, preamble: preamble) }
        do {
            while true {
                let rows = try await perform(timeout: timeout ?? statementTimeout) { try $0.nextRows(limit: 256) }
                if rows.isEmpty { return }
                for row in rows { try body(row) }
            }
        } catch {
            _ = try? await worker.perform(timeout: statementTimeout, isCancellable: false) { try $0.abandonStream() }
            throw error
        }
    }

    // MARK: Lease and transaction

    func invalidate() { state.withLock { $0.isValid = false } }

    func takePendingBegin() throws(PostgresError) -> String? {
        try state.withLock { state throws(PostgresError) in
            guard state.isValid else {
                throw .invalidUse("the connection was used after the closure that received it had ended")
            }
            defer { state.pendingBegin = nil }
            return state.pendingBegin
        }
    }

    /// Runs an operation on the connection's thread; no `timeout` means as long as it takes.
    func perform<T: Sendable>(
        timeout: Duration?,
        isCancellable: Bool = true,
        interrupting: JobControl.Interrupting = .cancels(grace: JobControl.cancelGrace),
        _ operation: @escaping @Sendable (LibpqSession) throws -> T
    ) async throws -> T {
        do {
            return try await worker.perform(
                timeout: timeout, isCancellable: isCancellable, interrupting: interrupting, operation)
        } catch let error as PostgresError {
            if error.meaning == .contended || error.kind == .connectionLost || error.saysTransactionWasSilent {
                state.withLock { $0.retryableError = error }
            }
            throw error
        }
    }
}
