import Cosmo
import PostgreSQL
import Rewards

extension IssuanceStore {
    /// The planned issuances of some positions that are locked, locked in key order.
    static func planned(of keys: [PositionKey]) -> Query<IssuanceRecord> {
        let sql = """
            select \(columns) from issuances i
            where (i.card_id, i.program_id, i.unit) in (
                    select k.card_id, k.program_id, k.unit
                    from unnest($1::text[], $2::text[], $3::text[]) as k (card_id, program_id, unit))
                and i.status = 'planned'
            order by i.card_id collate "C", i.reference_number collate "C"
            for update
            """
        let parameters: [PostgresValue] = [
            .textArray(keys.map(\.cardID)), .textArray(keys.map(\.programID)), .textArray(keys.map(\.unit.rawValue)),
        ]
        return Query(sql, parameters, read: record)
    }

    /// Holds for a planned issuance `i` that nothing of can be at Cosmo and whose account is not that of the link `l`.
    static let isOutdated = "i.reads = 0 and i.account <> l.account"

    /// The planned issuances of some positions that are locked whose accounts are not the cards' any more, locked in
    /// key order.
    ///
    /// What was unknown once is not among them: it keeps its account (I-6).
    ///
    /// **Cost** Follows the planned issuances of the positions, not what was ever issued of them.
    static func outdated(_ positions: [(key: PositionKey, account: CosmoAccount)]) -> Query<IssuanceRecord> {
        let sql = """
            select \(columns) from issuances i
            join unnest($1::text[], $2::text[], $3::text[], $4::text[]) as t (card_id, program_id, unit, account_json)
                on i.card_id = t.card_id and i.program_id = t.program_id and i.unit = t.unit
            cross join lateral (select t.account_json::jsonb as account) l
            where i.status = 'planned' and \(isOutdated)
            order by i.card_id collate "C", i.reference_number collate "C"
            for update of i
            """
        return Query(
            sql,
            [
                .textArray(positions.map(\.key.cardID)), .textArray(positions.map(\.key.programID)),
                .textArray(positions.map(\.key.unit.rawValue)), .textArray(positions.map(\.account.json)),
            ], read: record)
    }
}
