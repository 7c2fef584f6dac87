import Cards
import PostgreSQL
import Rewards

/// The SQL of `period_totals`.
enum PeriodTotalStore {
    /// Reads the rows of these keys.
    static func read(_ keys: Set<PeriodKey>) -> Query<(PeriodKey, PeriodTotals)> {
        let keys = Array(keys)
        return Query(
            """
            select p.card_id, p.program_id, p.period, p.accepted_minor, p.earned_micro
              from unnest($1::text[], $2::text[], $3::text[]) u (card_id, program_id, period), lateral (
                   select * from period_totals t
                    where (t.card_id, t.program_id, t.period) = (u.card_id, u.program_id, u.period) offset 0) p
            """,
            [.textArray(keys.map(\.cardID.text)), .textArray(keys.map(\.programID)), .textArray(keys.map(\.period))]
        ) { row in
            let key = PeriodKey(
                cardID: try row.get("card_id"), programID: try row.get("program_id"), periodName: try row.get("period"))
            let totals = PeriodTotals(
                acceptedMinor: try row.get("accepted_minor"), earnedMicro: try row.get("earned_micro"))
            return (key, totals)
        }
    }

    /// Writes the totals; they are absolute, since the cards are locked.
    static func write(_ totals: [PeriodKey: PeriodTotals], under _: LockedCards) -> PostgresStatement? {
        guard !totals.isEmpty else { return nil }
        let rows = totals.sorted { $0.key < $1.key }
        return PostgresStatement(
            """
            insert into period_totals (card_id, program_id, period, accepted_minor, earned_micro)
            select * from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::int8[])
            on conflict (card_id, program_id, period)
            do update set accepted_minor = excluded.accepted_minor, earned_micro = excluded.earned_micro
            """,
            [
                .textArray(rows.map(\.key.cardID.text)), .textArray(rows.map(\.key.programID)),
                .textArray(rows.map(\.key.period)), .int8Array(rows.map(\.value.acceptedMinor)),
                .int8Array(rows.map(\.value.earnedMicro)),
            ])
    }
}
