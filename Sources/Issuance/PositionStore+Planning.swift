import PostgreSQL

extension PositionStore {
    /// Takes the positions that are due, oldest first, and locks them; those another planner has are passed over.
    static func lockDue(
        at now: PostgresTimestamp, limit: Int, on connection: PostgresConnection
    ) async throws -> [DuePosition] {
        let sql = """
            select card_id, program_id, unit, earned_micro, clawed_back_micro, issued_micro, in_flight_micro,
                unknown_micro, written_off_micro, blocked_by, blocked_reason
            from positions where plan_at <= $1
            order by plan_at limit \(limit)
            for update skip locked
            """
        let rows = try await connection.query(sql, [.timestamptz(now)])
        return try rows.map { row in
            DuePosition(
                key: try key(row), earnedMicro: try row.get("earned_micro"),
                clawedBackMicro: try row.get("clawed_back_micro"), issuedMicro: try row.get("issued_micro"),
                inFlightMicro: try row.get("in_flight_micro"), unknownMicro: try row.get("unknown_micro"),
                writtenOffMicro: try row.get("written_off_micro"),
                blockedBy: try row.get("blocked_by"), blockedReason: try row.get("blocked_reason"))
        }
    }

    static func key(_ row: PostgresRow) throws -> PositionKey {
        let unit = try row.get("unit", as: String.self)
        return PositionKey(
            cardID: try row.get("card_id"), programID: try row.get("program_id"),
            unit: PositionUnit(rawValue: unit) ?? .points)
    }

    /// Writes what the planner decided for positions it has locked.
    ///
    /// - Parameter moreAt: When a position that has more to plan is looked at again.
    static func planned(
        _ plans: [(key: PositionKey, decision: PlanDecision)], moreAt: PostgresTimestamp, at now: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            update positions p
            set in_flight_micro = p.in_flight_micro + d.planned, blocked_reason = d.blocked_reason,
                plan_at = case when d.has_more then $8::timestamptz end, changed_at = $7
            from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::bool[])
                as d (card_id, program_id, unit, planned, blocked_reason, has_more)
            where p.card_id = d.card_id and p.program_id = d.program_id and p.unit = d.unit
            """
        return PostgresStatement(
            sql,
            [
                .textArray(plans.map(\.key.cardID)), .textArray(plans.map(\.key.programID)),
                .textArray(plans.map(\.key.unit.rawValue)), .int8Array(plans.map(\.decision.plannedMicro)),
                .textArrayNullable(plans.map(\.decision.blockedReason)), .boolArray(plans.map(\.decision.hasMore)),
                .timestamptz(now), .timestamptz(moreAt),
            ])
    }
}
