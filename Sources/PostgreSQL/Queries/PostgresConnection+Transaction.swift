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
    /// - Parameters:
    ///   - vouches: Whether the commit must be durable although the transaction may have written nothing, because its
    ///     answer may rest on rows that another transaction wrote.
    ///   - timeout: How long the answer is waited for; `nil` for as long as it takes.
    ///
    /// **Errors** `commitOutcomeUnknown` when the answer to COMMIT was lost, came with a warning, or did not come in
    /// time (I-6, I-12); `transactionAborted` when the server rolled back instead; the server's error when it refused,
    /// which also means "not applied".
    ///
    /// **Concurrency** Neither a cancelled caller nor the timeout cancels a COMMIT at the server, since PostgreSQL
    /// answers a cancelled wait for the standby as it answers a commit. A cancelled caller waits for the outcome.
    func commit(vouches: Bool, timeout: Duration?) async throws {
        // No statement was sent, so neither was BEGIN.
        if try takePendingBegin() != nil { return }
        // The server rolled back when the connection broke, even if the body did not let that stop it.
        if let lost = retryableError, lost.kind == .connectionLost { throw lost }
        let commit = try EncodedStatement(PostgresStatement("COMMIT"))
        let vouch = vouches ? try EncodedStatement(PostgresStatement(LibpqSession.vouchSQL)) : nil
        let tag: String
        do {
            tag = try await perform(timeout: timeout, isCancellable: false, interrupting: .leaves) {
                try $0.commit(vouch: vouch, commit: commit)
            }
        } catch let error as PostgresError where error.kind == .connectionLost && !error.hadNoEffect {
            throw PostgresError(
                .commitOutcomeUnknown,
                "the connection broke during COMMIT; read back by the transaction's own key whether it was applied")
        } catch is CommitStillUnderWay {
            throw PostgresError(
                .commitOutcomeUnknown,
                "COMMIT was not answered in \(timeout ?? .zero), as when a synchronous standby is away; it goes on at "
                    + "the "
                    + "server. Read back by the transaction's own key whether it was applied")
        }
        if tag != "COMMIT" {
            throw PostgresError(
                .transactionAborted,
                "the transaction was rolled back: a statement in it had failed and the error was ignored")
        }
    }

    /// Rolls back; a connection that cannot is closed by its lease.
    func rollback() async {
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
