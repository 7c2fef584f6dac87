public import PostgreSQL

extension PositionStore {
    /// Takes back what refunds took from legs, or gives back what undone refunds restore, and has the planner look at each
    /// position from `planAt` on.
    ///
    /// What was not issued yet shrinks; what was becomes debt, the part of the sums that exceeds the earnings (I-7).
    /// Claw-backs of one key are added up first, and what comes to nothing is left out.
    ///
    /// **Guarantees** Rows are locked in key order before any is changed. A position that does not stand yet is made, so
    /// nothing that was clawed back is lost; the database refuses to give back more than was ever taken.
    ///
    /// **Cost** Two statements for any number of claw-backs.
    public static func clawBack(
        _ clawbacks: [PositionClawback], planAt: PostgresTimestamp
    ) -> [PostgresStatement] {
        var sums: [PositionKey: Int64] = [:]
        for clawback in clawbacks {
            // Saturates: the database refuses the row then, instead of a sum that wrapped.
            let (sum, overflow) = sums[clawback.key, default: 0].addingReportingOverflow(clawback.micro)
            sums[clawback.key] = overflow ? (clawback.micro > 0 ? .max : .min) : sum
        }
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
        return [
            PostgresStatement(lock, keys),
            PostgresStatement(move, keys + [.int8Array(rows.map(\.value)), .timestamptz(planAt)]),
        ]
    }
}
