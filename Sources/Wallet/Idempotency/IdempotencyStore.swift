import PostgreSQL

/// The SQL of the `wallet_idempotency` table.
enum IdempotencyStore {
    struct Stored: Sendable {
        let requestDigest: [UInt8]
        let answer: [UInt8]
        /// When that request came, by its own clock.
        let createdAt: PostgresTimestamp
    }

    /// Claims a key within the transaction; waits while another transaction holds it. One row when the key is ours,
    /// none when an earlier request has it.
    ///
    /// Insert first, then read: a lock on an absent row would protect nothing.
    static func claim(
        _ idempotency: WalletIdempotency, _ request: WalletRequest, caller: WalletCaller, now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into wallet_idempotency (environment, scope, key, request_digest, created_at)
            values ($1, $2, $3, $4, $5) on conflict do nothing
            """, key(idempotency, caller) + [.bytea(request.digest), .timestamptz(now)])
    }

    /// What an earlier request stored under a key.
    static func find(_ idempotency: WalletIdempotency, caller: WalletCaller) -> Query<Stored> {
        Query(
            """
            select request_digest, answer, created_at from wallet_idempotency
            where environment = $1 and scope = $2 and key = $3
            """, key(idempotency, caller)
        ) { row in
            Stored(
                requestDigest: try row.get("request_digest"), answer: try row.get("answer"),
                createdAt: try row.get("created_at"))
        }
    }

    static func store(
        _ answer: [UInt8], under idempotency: WalletIdempotency, caller: WalletCaller
    ) -> PostgresStatement {
        PostgresStatement(
            """
            update wallet_idempotency set answer = $4 where environment = $1 and scope = $2 and key = $3
            """, key(idempotency, caller) + [.bytea(answer)])
    }

    private static func key(_ idempotency: WalletIdempotency, _ caller: WalletCaller) -> [PostgresValue] {
        [.text(caller.environment.rawValue), .text(caller.idempotencyScope), .text(idempotency.key)]
    }
}
