import PostgreSQL
import Rewards

/// The SQL of `issuance_reversals`: what was taken back out of the wallet.
enum ReversalStore {
    /// A row to write.
    struct Reversal: Sendable {
        let key: PositionKey
        let quantityMicro: Int64
        let transactionID: String
    }

    static func insert(
        _ reversals: [Reversal], environment: String, at now: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            insert into issuance_reversals (card_id, program_id, unit, quantity_micro, wallet_environment,
                wallet_transaction_id, recorded_at)
            select r.card_id, r.program_id, r.unit, r.quantity_micro, $6, r.transaction_id, $7
            from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::text[]) with ordinality
                as r (card_id, program_id, unit, quantity_micro, transaction_id, place)
            order by r.place
            """
        return PostgresStatement(
            sql,
            [
                .textArray(reversals.map(\.key.cardID)), .textArray(reversals.map(\.key.programID)),
                .textArray(reversals.map(\.key.unit.rawValue)), .int8Array(reversals.map(\.quantityMicro)),
                .textArray(reversals.map(\.transactionID)), .text(environment), .timestamptz(now),
            ])
    }

    /// What was paid into an environment for some positions and not taken back since.
    ///
    /// **Cost** Reads the issuances of each position; asked for those that owe.
    static func takeable(_ keys: [PositionKey], environment: String) -> Query<(PositionKey, Int64)> {
        let sql = """
            select k.card_id, k.program_id, k.unit, (
                    (select coalesce(sum(i.quantity_micro), 0) from issuances i
                    where i.card_id = k.card_id and i.program_id = k.program_id and i.unit = k.unit
                        and i.settled_by = 'wallet' and i.wallet_environment = $4)
                    - (select coalesce(sum(r.quantity_micro), 0) from issuance_reversals r
                    where r.card_id = k.card_id and r.program_id = k.program_id and r.unit = k.unit
                        and r.wallet_environment = $4))::int8 as micro
            from unnest($1::text[], $2::text[], $3::text[]) as k (card_id, program_id, unit)
            """
        return Query(
            sql,
            [
                .textArray(keys.map(\.cardID)), .textArray(keys.map(\.programID)),
                .textArray(keys.map(\.unit.rawValue)), .text(environment),
            ]
        ) { row in (try PositionStore.key(row), try row.get("micro")) }
    }

    /// What was taken back from a card's position with a program, newest first.
    static func list(cardID: String, programID: String, limit: Int) -> Query<TakenBack> {
        let sql = """
            select quantity_micro, wallet_transaction_id, recorded_at from issuance_reversals
            where card_id = $1 and program_id = $2 order by reversal_number desc limit $3
            """
        return Query(sql, [.text(cardID), .text(programID), .int(limit)], read: takenBack)
    }

    /// The same of some programs, what was taken at a time or later.
    static func list(
        cardID: String, programIDs: [String], since: PostgresTimestamp, limit: Int
    ) -> Query<(programID: String, takenBack: TakenBack)> {
        let sql = """
            select p.program_id, r.quantity_micro, r.wallet_transaction_id, r.recorded_at
            from unnest($2::text[]) with ordinality as p (program_id, place)
            cross join lateral (
                select reversal_number, quantity_micro, wallet_transaction_id, recorded_at from issuance_reversals
                where card_id = $1 and program_id = p.program_id and recorded_at >= $3
                order by reversal_number desc limit $4) r
            order by p.place, r.reversal_number desc
            """
        return Query(sql, [.text(cardID), .textArray(programIDs), .timestamptz(since), .int(limit)]) { row in
            (try row.get("program_id"), try takenBack(row))
        }
    }

    private static func takenBack(_ row: PostgresRow) throws -> TakenBack {
        TakenBack(
            micro: try row.get("quantity_micro"), transactionID: try row.get("wallet_transaction_id"),
            recordedAt: try row.get("recorded_at"))
    }
}
