import OperatorRecord
import PostgreSQL
import Rewards

extension WalletContext {
    /// Runs a write once under its key, in one transaction with the stored answer (I-5).
    ///
    /// **Guarantees** Concurrent equal calls run once: the second waits for the first and replays its bytes. What throws
    /// leaves nothing behind, the key included, so a failure is never frozen.
    ///
    /// - Parameters:
    ///   - request: what was asked for; another request under the same key is refused.
    ///   - member: whose row it locks; writes about one member wait for their turn without a connection.
    /// **Errors** `IDEMPOTENCY_KEY_REUSED`, and what `body` throws.
    nonisolated(nonsending) func write<Value: WalletDocument>(
        _ request: WalletRequest, _ caller: WalletCaller, _ idempotency: WalletIdempotency?, of member: String? = nil,
        status: Int = 200, now: PostgresTimestamp,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Value
    ) async throws -> WalletAnswer<Value> {
        guard let member else {
            return try await attempt(request, caller, idempotency, status: status, now: now, body)
        }
        return try await pool.withLine("wallet-member:\(caller.environment.rawValue):\(member)") {
            try await attempt(request, caller, idempotency, status: status, now: now, body)
        }
    }

    private nonisolated(nonsending) func attempt<Value: WalletDocument>(
        _ request: WalletRequest, _ caller: WalletCaller, _ idempotency: WalletIdempotency?, status: Int,
        now: PostgresTimestamp,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Value
    ) async throws -> WalletAnswer<Value> {
        try await pool.withTransaction { connection in
            if let idempotency,
                let stored = try await IdempotencyStore.claim(
                    idempotency, request, caller: caller, now: now, on: connection)
            {
                return try replay(stored, of: request)
            }
            let value = try await body(connection)
            if let audit { _ = try await connection.pipeline([audit.statement]) }
            let bytes = value.json.canonicalBytes
            if let idempotency {
                try await IdempotencyStore.store(
                    idempotency, caller: caller, status: status, body: bytes, on: connection)
            }
            return WalletAnswer(value: value, body: bytes, status: status, isReplayed: false)
        }
    }

    /// Runs a write that no key makes repeatable, with what else was to be done.
    nonisolated(nonsending) func transaction<Value: Sendable>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        try await pool.withTransaction { connection in
            let value = try await body(connection)
            if let audit { _ = try await connection.pipeline([audit.statement]) }
            return value
        }
    }

    private func replay<Value>(
        _ stored: IdempotencyStore.Stored, of request: WalletRequest
    ) throws(WalletError) -> WalletAnswer<Value> {
        guard stored.requestDigest == request.digest else {
            throw WalletError(
                .idempotencyKeyReused, "this Idempotency-Key came with another request before: send a new key")
        }
        guard let json = try? JSONValue(parsing: stored.body), let value = Value(json: json) else {
            throw WalletError(.internalFault, "the stored answer cannot be read: report this")
        }
        return WalletAnswer(value: value, body: stored.body, status: stored.status, isReplayed: true)
    }
}
