import PostgreSQL

/// The SQL of the `wallet_redemptions` table.
enum RedemptionStore {
    /// A redemption's row.
    struct Row: Sendable {
        let redemption: WalletRedemption
        let externalUserID: String
        let pointsDebited: Int64
        let sequence: Int64
    }

    private static let columns = """
        redemption_id, external_user_id, offer_id, sequence, status, points_debited, created_at, start_at, end_at
        """

    /// Finds a row when the member has a redemption of the offer that was not canceled.
    static func findLive(
        member id: String, offer: String, _ environment: WalletEnvironment
    ) -> PostgresStatement {
        PostgresStatement(
            """
            select 1 as one from wallet_redemptions
            where environment = $1 and external_user_id = $2 and offer_id = $3 and status <> 'CANCELED'
            """, [.text(environment.rawValue), .text(id), .text(offer)])
    }

    static func insert(
        id: String, member: String, offer: String, pointsDebited: Int64, _ environment: WalletEnvironment,
        now: PostgresTimestamp
    ) -> Query<Row> {
        Query(
            """
            insert into wallet_redemptions
                (environment, redemption_id, external_user_id, offer_id, status, points_debited, created_at, updated_at)
            values ($1, $2, $3, $4, 'SUBMITTED', $5, $6, $6) returning \(columns)
            """,
            [
                .text(environment.rawValue), .text(id), .text(member), .text(offer), .int8(pointsDebited),
                .timestamptz(now),
            ], read: row)
    }

    /// One redemption; nil for an id that none can have.
    static func find(id: String, _ environment: WalletEnvironment) -> Query<Row>? {
        // PostgreSQL holds no U+0000, so nothing of ours is called so.
        guard !id.utf8.contains(0) else { return nil }
        return Query(
            "select \(columns) from wallet_redemptions where environment = $1 and redemption_id = $2",
            [.text(environment.rawValue), .text(id)], read: row)
    }

    static func setStatus(
        id: String, _ status: RedemptionStatus, startAt: PostgresTimestamp?, endAt: PostgresTimestamp?,
        _ environment: WalletEnvironment, now: PostgresTimestamp
    ) -> Query<Row> {
        Query(
            """
            update wallet_redemptions set status = $3, updated_at = $4, start_at = coalesce($5::timestamptz, start_at),
                end_at = coalesce($6::timestamptz, end_at)
            where environment = $1 and redemption_id = $2 returning \(columns)
            """,
            [
                .text(environment.rawValue), .text(id), .text(status.rawValue), .timestamptz(now),
                .timestamptzOrNull(startAt), .timestamptzOrNull(endAt),
            ], read: row)
    }

    /// Newest first. Two statements, so that each has an index of its own order.
    static func page(
        member id: String, status: RedemptionStatus?, _ environment: WalletEnvironment, before: Int64, limit: Int
    ) -> Query<Row> {
        var parameters: [PostgresValue] = [.text(environment.rawValue), .text(id), .int8(before), .int(limit)]
        if let status { parameters.append(.text(status.rawValue)) }
        return Query(
            """
            select \(columns) from wallet_redemptions
            where environment = $1 and external_user_id = $2 and sequence < $3 \(status == nil ? "" : "and status = $5")
            order by sequence desc limit $4
            """, parameters, read: row)
    }

    private static func row(_ row: PostgresRow) throws -> Row {
        Row(
            redemption: WalletRedemption(
                id: try row.get("redemption_id"), offer: try row.get("offer_id"),
                status: try row.get("status", of: "wallet_redemptions"),
                createdAt: WalletTime.milliseconds(try row.get("created_at")),
                startAt: try row.get("start_at", as: PostgresTimestamp?.self).map(WalletTime.milliseconds),
                endAt: try row.get("end_at", as: PostgresTimestamp?.self).map(WalletTime.milliseconds)),
            externalUserID: try row.get("external_user_id"), pointsDebited: try row.get("points_debited"),
            sequence: try row.get("sequence"))
    }
}
