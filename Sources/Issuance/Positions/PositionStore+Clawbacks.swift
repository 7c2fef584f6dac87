import PostgreSQL
import Rewards

extension PositionStore {
    /// Takes back what refunds took from legs, or gives back what undone refunds restore, and has the planner look at
    /// each position at once.
    ///
    /// What was not issued yet shrinks; what was becomes debt, the part of the sums that exceeds the earnings (I-7).
    /// Sums of zero are left out.
    ///
    /// **Guarantees** Rows are locked in key order before any is changed. A position that does not exist yet is made,
    /// so nothing that was clawed back is lost; the database refuses to give back more than was ever taken. What was
    /// written off of a debt that is gone with its refund is written off no more, so it does not become points a second
    /// time.
    static func clawBack(_ sums: [PositionKey: Int64], at now: PostgresTimestamp) -> [PostgresStatement] {
        let rows = sums.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        guard !rows.isEmpty else { return [] }
        let keys: [PostgresValue] = [
            .textArray(rows.map(\.key.cardID)), .textArray(rows.map(\.key.programID)),
            .textArray(rows.map(\.key.unit.rawValue)),
        ]
        // The update that is never made locks the row all the same.
        let lock = """
            insert into positions as p (card_id, program_id, unit)
            select k.card_id, k.program_id, k.unit
            from unnest($1::text[], $2::text[], $3::text[]) with ordinality as k (card_id, program_id, unit, place)
            order by k.place
            on conflict on constraint positions_pkey do update set changed_at = p.changed_at where false
            """
        let move = """
            update positions p
            set clawed_back_micro = p.clawed_back_micro + c.micro, plan_at = least(coalesce(p.plan_at, $5), $5),
                changed_at = $5
            from unnest($1::text[], $2::text[], $3::text[], $4::int8[]) as c (card_id, program_id, unit, micro)
            where p.card_id = c.card_id and p.program_id = c.program_id and p.unit = c.unit
            """
        let moved = keys + [.int8Array(rows.map(\.value)), .timestamptz(now)]
        var statements = [PostgresStatement(lock, keys)]
        if rows.contains(where: { $0.value < 0 }) { statements.append(reverseWriteOffs(moved)) }
        statements.append(PostgresStatement(move, moved))
        return statements
    }

    /// Reverses what of the write-offs exceeds what stays clawed back, before it is given back.
    ///
    /// Earned less clawed back plus written off is what may be issued. A write-off only ever gives up what was issued,
    /// so it must not lift that above what was earned (I-7); what Cosmo issued beyond our issuances stays written off.
    private static func reverseWriteOffs(_ moved: [PostgresValue]) -> PostgresStatement {
        let sql = """
            with reversed as (
                select p.card_id, p.program_id, p.unit, p.written_off_micro - greatest(0, p.clawed_back_micro + c.micro)
                    - greatest(0, p.issued_micro + p.in_flight_micro + p.unknown_micro - p.earned_micro) as micro
                from positions p
                join unnest($1::text[], $2::text[], $3::text[], $4::int8[]) as c (card_id, program_id, unit, micro)
                    on p.card_id = c.card_id and p.program_id = c.program_id and p.unit = c.unit
                where c.micro < 0 and p.written_off_micro > 0
            ), recorded as (
                insert into debt_write_off_reversals (card_id, program_id, unit, micro, recorded_at)
                select card_id, program_id, unit, micro, $5 from reversed where micro > 0
            )
            update positions p set written_off_micro = p.written_off_micro - r.micro
            from reversed r
            where r.micro > 0 and p.card_id = r.card_id and p.program_id = r.program_id and p.unit = r.unit
            """
        return PostgresStatement(sql, moved)
    }
}
