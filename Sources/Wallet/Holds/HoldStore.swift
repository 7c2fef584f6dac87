import PostgreSQL

/// The SQL of the `wallet_holds` table; a member's holds change under the lock on the member's row.
enum HoldStore {
    /// A hold's row.
    struct Row: Sendable {
        let hold: WalletHold
        let sequence: Int64
    }

    private static let columns = """
        hold_id, external_user_id, sequence, amount, captured, status, reason, created_at, expires_at, ended_at
        """

    static func insert(
        id: String, member: String, amount: Int64, reason: String?, expiresAt: PostgresTimestamp,
        _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<Row> {
        Query(
            """
            insert into wallet_holds
                (environment, hold_id, external_user_id, amount, status, reason, created_at, expires_at)
            values ($1, $2, $3, $4, 'HELD', $5, $6, $7) returning \(columns)
            """,
            [
                .text(environment.rawValue), .text(id), .text(member), .int8(amount), .textOrNull(reason),
                .timestamptz(now), .timestamptz(expiresAt),
            ], read: row)
    }

    static func activeCount(ofMember id: String, _ environment: WalletEnvironment) -> Query<Int64> {
        Query(
            """
            select count(*) as n from wallet_holds
            where environment = $1 and external_user_id = $2 and status = 'HELD'
            """, [.text(environment.rawValue), .text(id)]
        ) { row in try row.get("n") }
    }

    /// One hold; nil for an id that none can have.
    static func find(id: String, _ environment: WalletEnvironment) -> Query<Row>? {
        // PostgreSQL holds no U+0000, so nothing of ours is called so.
        guard !id.utf8.contains(0) else { return nil }
        return Query(
            "select \(columns) from wallet_holds where environment = $1 and hold_id = $2",
            [.text(environment.rawValue), .text(id)], read: row)
    }

    /// Ends an active hold; no row when it has ended already.
    static func end(
        id: String, _ status: HoldStatus, captured: Int64, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<Row> {
        Query(
            """
            update wallet_holds set status = $3, captured = $4, ended_at = $5
            where environment = $1 and hold_id = $2 and status = 'HELD' returning \(columns)
            """,
            [
                .text(environment.rawValue), .text(id), .text(status.rawValue), .int8(captured), .timestamptz(now),
            ], read: row)
    }

    /// Ends a member's holds whose time has run out.
    static func expire(
        member id: String, _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<Row> {
        Query(
            """
            update wallet_holds set status = 'EXPIRED', ended_at = $3
            where environment = $1 and external_user_id = $2 and status = 'HELD' and expires_at <= $3
            returning \(columns)
            """, [.text(environment.rawValue), .text(id), .timestamptz(now)], read: row)
    }

    /// The members with overdue holds, longest overdue first.
    static func overdue(now: PostgresTimestamp, limit: Int) -> Query<(WalletEnvironment, String)> {
        Query(
            """
            select environment, external_user_id from wallet_holds where status = 'HELD' and expires_at <= $1
            group by environment, external_user_id order by min(expires_at) limit $2
            """, [.timestamptz(now), .int(limit)]
        ) { row in (try row.get("environment", of: "wallet_holds"), try row.get("external_user_id")) }
    }

    /// When the next active hold expires.
    static func nextExpiry() -> Query<PostgresTimestamp?> {
        Query("select min(expires_at) as at from wallet_holds where status = 'HELD'", []) { row in
            try row.get("at")
        }
    }

    /// Newest first, one member's or every member's. Each filter is a statement of its own, so that each uses the index
    /// of its order.
    static func page(
        member id: String?, status: HoldStatus?, _ environment: WalletEnvironment, before: Int64, limit: Int
    ) -> Query<Row> {
        var parameters: [PostgresValue] = [.text(environment.rawValue), .int8(before), .int(limit)]
        var conditions = "environment = $1 and sequence < $2"
        if let id {
            parameters.append(.text(id))
            conditions += " and external_user_id = $\(parameters.count)"
        }
        if let status {
            parameters.append(.text(status.rawValue))
            conditions += " and status = $\(parameters.count)"
        }
        return Query(
            "select \(columns) from wallet_holds where \(conditions) order by sequence desc limit $3", parameters,
            read: row)
    }

    private static func row(_ row: PostgresRow) throws -> Row {
        Row(
            hold: WalletHold(
                id: try row.get("hold_id"), externalUserID: try row.get("external_user_id"),
                amount: try row.get("amount"), captured: try row.get("captured"),
                status: try row.get("status", of: "wallet_holds"), reason: try row.get("reason"),
                createdAt: WalletTime.milliseconds(try row.get("created_at")),
                expiresAt: WalletTime.milliseconds(try row.get("expires_at")),
                endedAt: try row.get("ended_at", as: PostgresTimestamp?.self).map(WalletTime.milliseconds)),
            sequence: try row.get("sequence"))
    }
}
