import Logging
import Waiting

extension PostgresPool {
    private static let retryBackoff = Backoff(base: .milliseconds(10), cap: .milliseconds(320))

    /// Runs `body` in a transaction: COMMIT when it returns, ROLLBACK when it throws.
    ///
    /// **Guarantees** `body` runs again, on a fresh transaction, at most `retries` times, after a serialization
    /// failure, a deadlock, a stale plan, a lock that was not to be had in time, a silence after which the server ended
    /// the transaction, or a connection lost before COMMIT was sent; none of these left an effect. So `body` must do
    /// nothing outside the database that may not be done twice. In a line (``withLine(_:patience:_:)``), a lock that
    /// was not to be had is left to the line, which runs `body` again.
    ///
    /// When it returns, everything that `body` read or wrote is as durable as the server's settings make a commit. If
    /// there is a synchronous standby, even a transaction that only read waits for it, unless its isolation is
    /// `repeatableRead` or `vouches` is false. So an answer that rests on rows it found is as durable as one that wrote
    /// them. A worker's poll, whose result nobody is given, passes `vouches: false`: when there is no work it writes
    /// nothing and does not wait.
    ///
    /// - Parameter makesWork: Whether what it writes may be work for a worker of this process (``commits``).
    /// **Errors** What `body` throws; `commitOutcomeUnknown` when the answer to COMMIT was lost, came with a warning,
    /// or did not come within the statement timeout; `transactionAborted`; `invalidUse` inside another transaction of
    /// this pool.
    ///
    /// **Cost** BEGIN travels with the first statement: one round trip for each statement or pipeline, one for COMMIT.
    package func withTransaction<T: Sendable>(
        retries: Int = 5,
        isolation: PostgresIsolation = .readCommitted,
        isUrgent: Bool = false,
        vouches: Bool = true,
        makesWork: Bool = true,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        if let scope = TransactionScope.current, scope.isActive, scope.pool == ObjectIdentifier(self) {
            throw PostgresError.invalidUse(
                "a transaction cannot be opened inside a transaction; pass its connection on")
        }
        var attempt = 0
        while true {
            switch try await attemptTransaction(isolation, isUrgent, vouches: vouches, makesWork: makesWork, body) {
            case .success(let value):
                return value
            case .failure(let failure):
                guard failure.isWorthRetrying, attempt < retries else { throw failure.error }
                attempt += 1
                logger.debug("running a transaction again", metadata: ["attempt": "\(attempt)"])
                try await Task.sleep(for: Self.retryBackoff.pause(afterFailures: attempt))
            }
        }
    }

    private struct TransactionFailure: Error {
        let error: any Error
        let isWorthRetrying: Bool
    }

    private func attemptTransaction<T: Sendable>(
        _ isolation: PostgresIsolation, _ isUrgent: Bool, vouches: Bool, makesWork: Bool,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> Result<T, TransactionFailure> {
        try await withConnection(isUrgent: isUrgent) { connection in
            let scope = TransactionScope(pool: ObjectIdentifier(self))
            defer { scope.end() }
            connection.begin(isolation)
            do {
                let value = try await TransactionScope.$current.withValue(scope) { try await body(connection) }
                // A report reads at one snapshot and acknowledges nothing.
                try await connection.commit(
                    vouches: vouches && isolation != .repeatableRead, timeout: configuration.statementTimeout)
                if makesWork, connection.worker.hasWritten { commits.raise() }
                return .success(value)
            } catch {
                await connection.rollback()
                let failure = error as? PostgresError
                let isFinal = error is CancellationError || failure?.meaning == .unknownCommit
                // The connection broke before COMMIT was sent, and the server rolls back.
                let isLost = failure?.kind == .connectionLost && failure == connection.retryableError
                let isForItsLine = (failure?.isLockBusy ?? false) && LineScope.isInLine(of: self)
                return .failure(
                    TransactionFailure(
                        error: isLost ? failure?.undone ?? error : error,
                        isWorthRetrying: !isFinal && !isForItsLine
                            && (connection.retryableError != nil || failure?.meaning == .contended)))
            }
        }
    }
}
