import PostgreSQL

/// The SQL of the `wallet_org_keys` table.
enum OrgKeyStore {
    private static let columns = "key_id, label, created_at, expires_at, revoked_at"

    static func insert(
        id: String, digest: [UInt8], label: String, expiresAt: PostgresTimestamp?, _ environment: WalletEnvironment,
        now: PostgresTimestamp
    ) -> Query<WalletOrgKey> {
        Query(
            """
            insert into wallet_org_keys (environment, key_id, key_digest, label, created_at, expires_at)
            values ($1, $2, $3, $4, $5, $6) returning \(columns)
            """,
            [
                .text(environment.rawValue), .text(id), .bytea(digest), .text(label), .timestamptz(now),
                .timestamptzOrNull(expiresAt),
            ]
        ) { row in try key(row, environment) }
    }

    /// Lets a working key end at a time, or earlier if it was to. No row when no working key has that id.
    static func expire(
        id: String, at expiresAt: PostgresTimestamp, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<WalletOrgKey> {
        Query(
            """
            update wallet_org_keys set expires_at = least(expires_at, $3::timestamptz)
            where environment = $1 and key_id = $2 and revoked_at is null and (expires_at is null or expires_at > $4)
            returning \(columns)
            """, [.text(environment.rawValue), .text(id), .timestamptz(expiresAt), .timestamptz(now)]
        ) { row in try key(row, environment) }
    }

    static func revoke(
        id: String, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<WalletOrgKey> {
        Query(
            """
            update wallet_org_keys set revoked_at = coalesce(revoked_at, $3)
            where environment = $1 and key_id = $2 returning \(columns)
            """, [.text(environment.rawValue), .text(id), .timestamptz(now)]
        ) { row in try key(row, environment) }
    }

    static func list(_ environment: WalletEnvironment) -> Query<WalletOrgKey> {
        Query(
            "select \(columns) from wallet_org_keys where environment = $1 order by created_at, key_id",
            [.text(environment.rawValue)]
        ) { row in try key(row, environment) }
    }

    /// Finds a row when a working key has this digest.
    static func findWorking(
        digest: [UInt8], _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            select 1 as one from wallet_org_keys where environment = $1 and key_digest = $2 and revoked_at is null
                and (expires_at is null or expires_at > $3)
            """, [.text(environment.rawValue), .bytea(digest), .timestamptz(now)])
    }

    private static func key(_ row: PostgresRow, _ environment: WalletEnvironment) throws -> WalletOrgKey {
        WalletOrgKey(
            id: try row.get("key_id"), environment: environment, label: try row.get("label"),
            createdAt: try row.get("created_at"), expiresAt: try row.get("expires_at"),
            revokedAt: try row.get("revoked_at"))
    }
}
