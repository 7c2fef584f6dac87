import PostgreSQL

/// The SQL of the `wallet_idempotency` table.
enum IdempotencyStore {
    struct Stored: Sendable {
        let requestDigest: [UInt8]
        let answer: [UInt8]
    }

    /// Claims a key within the transaction; waits while another transaction holds it. Nil means that the key is ours.
    ///
    /// Insert first, then read: a lock on an absent row would protect nothing.
    static func claim(
        _ idempotency: WalletIdempotency, _ request: WalletRequest, caller: WalletCaller, now: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws -> Stored? {
        let key: [PostgresValue] = [
            .text(caller.environment.rawValue), .text(caller.idempotencyScope), .text(idempotency.key),
        ]
        let inserted = try await connection.query(
            """
            insert into wallet_idempotency (environment, scope, key, request_digest, created_at)
            values ($1, $2, $3, $4, $5) on conflict do nothing
            """, key + [.bytea(request.digest), .timestamptz(now)])
        if inserted.affectedRows == 1 { return nil }
        let rows = try await connection.query(
            """
            select request_digest, answer from wallet_idempotency
            where environment = $1 and scope = $2 and key = $3
            """, key)
        guard let row = rows.first else {
            throw WalletError(.internalFault, "the first answer under this key was removed: send the request again")
        }
        return Stored(
            requestDigest: try row.get("request_digest"), answer: try row.get("answer"))
    }

    static func store(
        _ answer: [UInt8], under idempotency: WalletIdempotency, caller: WalletCaller,
        on connection: PostgresConnection
    ) async throws {
        _ = try await connection.query(
            """
            update wallet_idempotency set answer = $4 where environment = $1 and scope = $2 and key = $3
            """,
            [
                .text(caller.environment.rawValue), .text(caller.idempotencyScope), .text(idempotency.key),
                .bytea(answer),
            ])
    }
}
