import PostgreSQL
import Rewards

extension PositionStore {
    /// Locks the positions that some issuances belong to, in key order; always before the issuances themselves.
    static func lock(ofIssuances references: [String]) -> PostgresStatement {
        let sql = """
            select 1 from positions p
            where (p.card_id, p.program_id, p.unit) in (
                select i.card_id, i.program_id, i.unit from issuances i where i.reference_number = any($1::text[]))
            order by p.card_id collate "C", p.program_id collate "C", p.unit collate "C"
            for update
            """
        return PostgresStatement(sql, [.textArray(references)])
    }

    /// Moves quantities between the buckets of positions that are locked; one that owes then is looked at by the
    /// planner.
    static func shift(_ shifts: [PositionKey: PositionShift], at now: PostgresTimestamp) -> PostgresStatement {
        let rows = shifts.sorted { $0.key < $1.key }
        let sql = """
            update positions p
            set in_flight_micro = p.in_flight_micro + d.in_flight, unknown_micro = p.unknown_micro + d.unknown,
                issued_micro = p.issued_micro + d.issued,
                blocked_reason = coalesce(d.blocked_reason, p.blocked_reason),
                blocked_by = coalesce(d.blocked_by, p.blocked_by),
                plan_at = case
                    when d.plans or p.clawed_back_micro + p.issued_micro + d.issued + p.in_flight_micro + d.in_flight
                        + p.unknown_micro + d.unknown > p.earned_micro + p.written_off_micro
                    then least(coalesce(p.plan_at, $10), $10) else p.plan_at end,
                changed_at = $10
            from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[], $6::int8[], $7::text[], $8::text[],
                $9::bool[]) as d (card_id, program_id, unit, in_flight, unknown, issued, blocked_reason, blocked_by,
                    plans)
            where p.card_id = d.card_id and p.program_id = d.program_id and p.unit = d.unit
            """
        return PostgresStatement(
            sql,
            [
                .textArray(rows.map(\.key.cardID)), .textArray(rows.map(\.key.programID)),
                .textArray(rows.map(\.key.unit.rawValue)), .int8Array(rows.map(\.value.inFlightMicro)),
                .int8Array(rows.map(\.value.unknownMicro)), .int8Array(rows.map(\.value.issuedMicro)),
                .textArrayNullable(rows.map(\.value.blockedReason)), .textArrayNullable(rows.map(\.value.blockedBy)),
                .boolArray(rows.map(\.value.plansPosition)), .timestamptz(now),
            ])
    }

    /// Has the planner look at the positions of those planned issuances that senders pass over: the position owes
    /// (I-7), or the card has another account by now.
    static func planPassedOver(_ references: [String], at now: PostgresTimestamp) -> PostgresStatement {
        let sql = """
            update positions p set plan_at = least(coalesce(p.plan_at, $2), $2)
            from issuances i
            where i.reference_number = any($1::text[]) and i.status = 'planned'
                and p.card_id = i.card_id and p.program_id = i.program_id and p.unit = i.unit
                and (p.debt_micro > 0 or exists (
                    select from links l
                    where l.card_id = i.card_id and l.program_id = i.program_id and \(IssuanceStore.isOutdated)))
            """
        return PostgresStatement(sql, [.textArray(references), .timestamptz(now)])
    }

    /// Lifts the blocks that issuances left which a person has settled since, each if it is still that issuance's, and
    /// has the positions planned again.
    static func unblock(by references: [String], at now: PostgresTimestamp) -> [PostgresStatement] {
        let sql = """
            update positions p
            set blocked_by = null, blocked_reason = null, plan_at = least(coalesce(p.plan_at, $2), $2), changed_at = $2
            from issuances i
            where i.reference_number = any($1::text[]) and p.card_id = i.card_id and p.program_id = i.program_id
                and p.unit = i.unit and p.blocked_by = i.reference_number
            """
        return [
            PostgresStatement(sql, [.textArray(references), .timestamptz(now)]),
            IssuanceStore.resolveParked(withBlocksOf: references, at: now),
        ]
    }

    /// Lifts the block that a parked issuance left, if it is still that issuance's, and has the position planned again.
    static func retry(_ issuance: IssuanceRecord, at now: PostgresTimestamp) -> PostgresStatement {
        let sql = """
            update positions
            set plan_at = least(coalesce(plan_at, $5), $5), changed_at = $5,
                blocked_reason = case when blocked_by is null or blocked_by = $4 then null else blocked_reason end,
                blocked_by = nullif(blocked_by, $4)
            where card_id = $1 and program_id = $2 and unit = $3
            """
        return PostgresStatement(
            sql,
            [
                .text(issuance.cardID), .text(issuance.programID), .text(issuance.unit.rawValue),
                .text(issuance.referenceNumber),
                .timestamptz(now),
            ])
    }
}
