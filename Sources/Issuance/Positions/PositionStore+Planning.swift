import PostgreSQL
import Rewards

extension PositionStore {
    /// Takes the positions that are due, oldest first, and locks them; those another planner has are passed over.
    ///
    /// - Parameters:
    ///   - only: The positions to take, as far as they are due; empty for any.
    ///   - except: Those that rest, see ``PlanSetbacks``.
    static func lockDue(
        at now: PostgresTimestamp, limit: Int, only: [PositionKey] = [], except: [PositionKey] = []
    ) -> Query<DuePosition> {
        let (filter, parameters) = filter(only: only, except: except)
        let sql = """
            select card_id, program_id, unit, earned_micro, clawed_back_micro, issued_micro, in_flight_micro,
                unknown_micro, written_off_micro, blocked_by, blocked_reason
            from positions where plan_at <= $1 \(filter)
            order by plan_at limit \(limit)
            for update skip locked
            """
        return Query(sql, [.timestamptz(now)] + parameters) { row in
            DuePosition(
                key: try key(row), earnedMicro: try row.get("earned_micro"),
                clawedBackMicro: try row.get("clawed_back_micro"), issuedMicro: try row.get("issued_micro"),
                inFlightMicro: try row.get("in_flight_micro"), unknownMicro: try row.get("unknown_micro"),
                writtenOffMicro: try row.get("written_off_micro"),
                blockedBy: try row.get("blocked_by"), blockedReason: try row.get("blocked_reason"))
        }
    }

    /// Which positions are due, oldest first, without locking them.
    static func dueKeys(at now: PostgresTimestamp, limit: Int, except: [PositionKey]) -> Query<PositionKey> {
        let (filter, parameters) = filter(only: [], except: except)
        return Query(
            """
            select card_id, program_id, unit from positions where plan_at <= $1 \(filter)
            order by plan_at limit \(limit)
            """, [.timestamptz(now)] + parameters, read: key)
    }

    /// When the next position is due that is not due yet; no row when none is.
    ///
    /// **Cost** One probe of the index.
    static func nextPlanAt(after now: PostgresTimestamp) -> Query<PostgresTimestamp> {
        Query(
            "select plan_at from positions where plan_at > $1 order by plan_at limit 1", [.timestamptz(now)]
        ) { row in try row.get("plan_at") }
    }

    /// Has a position wait whose plan the database refused, and show why.
    static func rest(_ key: PositionKey, until later: PostgresTimestamp, at now: PostgresTimestamp) -> PostgresStatement
    {
        PostgresStatement(
            """
            update positions
            set plan_at = $4, changed_at = $5,
                blocked_reason = case when blocked_by is null then $6 else blocked_reason end
            where card_id = $1 and program_id = $2 and unit = $3
            """,
            [
                .text(key.cardID), .text(key.programID), .text(key.unit.rawValue), .timestamptz(later),
                .timestamptz(now), .text(IssuanceReason.planningRefused),
            ])
    }

    private static func filter(
        only: [PositionKey], except: [PositionKey]
    ) -> (sql: String, parameters: [PostgresValue]) {
        let named = only.isEmpty ? except : only
        if named.isEmpty { return ("", []) }
        return (
            """
            and (card_id, program_id, unit) \(only.isEmpty ? "not in" : "in") (
                select k.card_id, k.program_id, k.unit
                from unnest($2::text[], $3::text[], $4::text[]) as k (card_id, program_id, unit))
            """,
            [
                .textArray(named.map(\.cardID)), .textArray(named.map(\.programID)),
                .textArray(named.map(\.unit.rawValue)),
            ]
        )
    }

    static func key(_ row: PostgresRow) throws -> PositionKey {
        PositionKey(
            cardID: try row.get("card_id"), programID: try row.get("program_id"),
            unit: try row.get("unit", of: "positions"))
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
                plan_at = case when d.has_more then $8::timestamptz else d.again_at end, changed_at = $7
            from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::bool[], $9::timestamptz[])
                as d (card_id, program_id, unit, planned, blocked_reason, has_more, again_at)
            where p.card_id = d.card_id and p.program_id = d.program_id and p.unit = d.unit
            """
        return PostgresStatement(
            sql,
            [
                .textArray(plans.map(\.key.cardID)), .textArray(plans.map(\.key.programID)),
                .textArray(plans.map(\.key.unit.rawValue)), .int8Array(plans.map(\.decision.plannedMicro)),
                .textArrayNullable(plans.map(\.decision.blockedReason)), .boolArray(plans.map(\.decision.hasMore)),
                .timestamptz(now), .timestamptz(moreAt), .timestamptzArrayNullable(plans.map(\.decision.againAt)),
            ])
    }
}
