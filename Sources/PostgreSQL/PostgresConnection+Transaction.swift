import Synchronization

extension PostgresConnection {
    /// Notes that the next statement opens a transaction.
    func begin(_ isolation: PostgresIsolation) {
        state.withLock {
            $0.pendingBegin = isolation.beginSQL
            $0.retryableError = nil
        }
    }

    /// Commits what `begin` opened.
    ///
    /// **Errors** `commitOutcomeUnknown` when the answer to COMMIT was lost (I-6, I-12); `transactionAborted` when the
    /// server rolled back instead; the server's error when it refused, which also means "not applied".
    ///
    /// **Concurrency** A cancelled caller does not stop a COMMIT: it waits for the outcome.
    nonisolated(nonsending) func commit() async throws {
        // No statement was sent, so neither was BEGIN.
        if try takePendingBegin() != nil { return }
        // The server rolled back when the connection broke, even if the body did not let that stop it.
        if let lost = retryableError, lost.kind == .connectionLost { throw lost }
        let commit = [try EncodedStatement(PostgresStatement("COMMIT"))]
        let tag: String
        do {
            let results = try await perform(timeout: statementTimeout, isCancellable: false) {
                try $0.pipeline(commit, preamble: nil)
            }
            tag = results.first?.commandTag ?? ""
        } catch let error as PostgresError
            where (error.kind == .connectionLost && !error.isUnsent) || error.kind == .timeout
        {
            throw PostgresError(
                .commitOutcomeUnknown,
                "the connection broke during COMMIT; read back by the transaction's own key whether it was applied")
        }
        if tag != "COMMIT" {
            throw PostgresError(
                .transactionAborted,
                "the transaction was rolled back: a statement in it had failed and the error was ignored")
        }
    }

    /// Rolls back; a connection that cannot is closed by its lease.
    nonisolated(nonsending) func rollback() async {
        guard (try? takePendingBegin()) == .some(nil), worker.isReusable,
            let rollback = try? [EncodedStatement(PostgresStatement("ROLLBACK"))]
        else { return }
        _ = try? await worker.perform(timeout: statementTimeout, isCancellable: false) { session in
            if session.isInTransaction { _ = try session.pipeline(rollback, preamble: nil) }
        }
    }

    /// What makes it worth while to run the failed transaction again, even when its body wrapped the error.
    var retryableError: PostgresError? { state.withLock { $0.retryableError } }
}
