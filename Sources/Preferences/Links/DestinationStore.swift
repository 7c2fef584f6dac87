import Cosmo
import PostgreSQL

/// The SQL that reads `links` for issuance.
enum DestinationStore {
    /// The destination of each pair, in the order of the pairs; nil for a pair without a row.
    static func find(_ pairs: [DestinationKey]) -> CombinedQuery<(index: Int, destination: Destination), [Destination?]>
    {
        Query(
            """
            select p.place, l.account, l.validity, l.waits_until, c.currency_code
            from unnest($1::text[], $2::text[]) with ordinality as p (card_id, program_id, place)
            join links l on l.card_id = p.card_id and l.program_id = p.program_id
            join cards c on c.card_id = p.card_id
            """,
            [.textArray(pairs.map(\.cardID)), .textArray(pairs.map(\.programID))]
        ) { row in
            let destination = Destination(
                account: try CosmoAccount(json: row.get("account")),
                validity: try row.get("validity", of: "links"), cardCurrencyCode: try row.get("currency_code"),
                waitsUntilMicros: try row.get("waits_until", as: PostgresTimestamp?.self)?.microsecondsSinceEpoch)
            return (Int(try row.get("place", as: Int64.self)) - 1, destination)
        }.combined { rows in
            var found = [Destination?](repeating: nil, count: pairs.count)
            for row in rows { found[row.index] = row.destination }
            return found
        }
    }
}
