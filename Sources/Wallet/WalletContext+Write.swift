import OperatorRecord
import PostgreSQL
import Rewards

extension WalletContext {
    /// Runs a write once under its key, in one transaction with the stored answer (I-5).
    ///
    /// When the answer to the commit is lost, the key shows its outcome (I-12). Without a key `own` does; without both
    /// the outcome stays unknown, and nothing is repeated.
    ///
    /// **Guarantees** Concurrent equal calls run once: the second waits for the first and replays its answer. What
    /// throws leaves nothing behind, the key included, so a failure is never frozen.
    ///
    /// - Parameters:
    ///   - request: what was asked for; another request under the same key is refused.
    ///   - lines: the rows that `body` locks, which this write waits for without a connection; its key is added.
    ///   - own: without a key, finds what an earlier run of `body` wrote, by an id that was chosen before the first.
    ///     That run's transaction may still be open, so it first waits for a lock that the run holds; it finds nothing
    ///     where `body` itself does. Nil has the write done once, and its outcome unknown when the commit's answer is
    ///     lost.
    /// **Errors** `IDEMPOTENCY_KEY_REUSED`, and what `body` throws; `PostgresError`.
    func write<Value: StoredAnswer>(
        _ request: WalletRequest, _ caller: WalletCaller, _ idempotency: WalletIdempotency?, in lines: [WriteLine],
        now: PostgresTimestamp,
        own: (@Sendable (PostgresConnection) async throws -> Value?)? = nil,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> WalletAnswer<Value> {
        let key = idempotency.map { [WriteLine.key($0, caller)] } ?? []
        return try await inLines(key + lines, caller.environment) {
            try await commit(request, caller, idempotency, now: now, own: own, body)
        }
    }

    private func commit<Value: StoredAnswer>(
        _ request: WalletRequest, _ caller: WalletCaller, _ idempotency: WalletIdempotency?,
        now: PostgresTimestamp, own: (@Sendable (PostgresConnection) async throws -> Value?)?,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> WalletAnswer<Value> {
        let attempts = CommitAttempts()
        guard let idempotency else {
            guard let own else {
                return .fresh(try await pool.withTransaction { connection in try await run(body, on: connection) })
            }
            return try await pool.commit(attempts) { connection in
                if attempts.isInDoubt, let value = try await own(connection) { return .fresh(value) }
                return .fresh(try await run(body, on: connection))
            }
        }
        return try await pool.commit(attempts) { connection in
            let claim = IdempotencyStore.claim(idempotency, request, caller: caller, now: now)
            guard try await connection.pipeline(claim) == 1 else {
                let stored = try await connection.first(IdempotencyStore.find(idempotency, caller: caller))
                return try replay(stored, of: request, attempts)
            }
            attempts.note(now)
            let value = try await body(connection)
            let answer = IdempotencyStore.store(value.stored.canonicalBytes, under: idempotency, caller: caller)
            _ = try await connection.pipeline(audit.statements + [answer])
            return .fresh(value)
        }
    }

    /// Runs a write that no key makes repeatable, with what else was to be done, in the line of the row that it locks.
    ///
    /// - Parameter patience: How long to wait for the row; nil for as long as a call waits.
    func transaction<Value: Sendable>(
        in line: WriteLine, _ environment: WalletEnvironment, patience: Duration? = nil,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await inLines([line], environment, patience: patience) {
            try await pool.withTransaction { connection in try await run(body, on: connection) }
        }
    }

    private func run<Value: Sendable>(
        _ body: (PostgresConnection) async throws -> Value, on connection: PostgresConnection
    ) async throws -> Value {
        let value = try await body(connection)
        if let audit { _ = try await connection.pipeline([audit.statement]) }
        return value
    }

    private func replay<Value: StoredAnswer>(
        _ stored: IdempotencyStore.Stored?, of request: WalletRequest, _ attempts: CommitAttempts
    ) throws(WalletError) -> WalletAnswer<Value> {
        guard let stored else {
            throw WalletError(.internalFault, "the first answer under this key was removed: send the request again")
        }
        guard stored.requestDigest == request.digest else {
            throw WalletError(
                .idempotencyKeyReused, "this \(.idempotencyKey) came with another request before: send a new key")
        }
        guard let json = try? JSONValue(parsing: stored.answer), let value = Value(stored: json) else {
            throw WalletError(.internalFault, "the stored answer cannot be read: report this")
        }
        return WalletAnswer(value: value, isReplayed: !attempts.wrote(at: stored.createdAt))
    }
}

extension WalletAnswer {
    fileprivate static func fresh(_ value: Value) -> WalletAnswer { WalletAnswer(value: value, isReplayed: false) }
}
