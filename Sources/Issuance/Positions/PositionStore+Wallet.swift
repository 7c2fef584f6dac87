import PostgreSQL
import Rewards

extension PositionStore {
    /// Writes what paying into the wallet, or taking back from it, made of positions that are locked.
    ///
    /// What did not change keeps its time of change: a debt that is looked at again grows no younger.
    static func settle(_ rows: [PayWallet.Settled], at now: PostgresTimestamp) -> PostgresStatement {
        let sql = """
            update positions p
            set issued_micro = p.issued_micro + d.issued, blocked_reason = d.blocked_reason, plan_at = d.plan_at,
                changed_at = case when d.issued <> 0 or p.blocked_reason is distinct from d.blocked_reason
                    then $7 else p.changed_at end
            from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::timestamptz[])
                as d (card_id, program_id, unit, issued, blocked_reason, plan_at)
            where p.card_id = d.card_id and p.program_id = d.program_id and p.unit = d.unit
            """
        return PostgresStatement(
            sql,
            [
                .textArray(rows.map(\.key.cardID)), .textArray(rows.map(\.key.programID)),
                .textArray(rows.map(\.key.unit.rawValue)), .int8Array(rows.map(\.issuedMicro)),
                .textArrayNullable(rows.map(\.blockedReason)), .timestamptzArrayNullable(rows.map(\.planAt)),
                .timestamptz(now),
            ])
    }
}
