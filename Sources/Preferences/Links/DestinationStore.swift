import Cosmo
import PostgreSQL

/// The SQL that reads `links` for issuance.
enum DestinationStore {
    static func find(
        _ pairs: [DestinationKey], _ connection: PostgresConnection
    ) async throws -> [Destination?] {
        var found = [Destination?](repeating: nil, count: pairs.count)
        if pairs.isEmpty { return found }
        let rows = try await connection.query(
            """
            select p.place, l.account, l.validity, l.waits_until, c.currency_code
            from unnest($1::text[], $2::text[]) with ordinality as p (card_id, program_id, place)
            join links l on l.card_id = p.card_id and l.program_id = p.program_id
            join cards c on c.card_id = p.card_id
            """,
            [.textArray(pairs.map(\.cardID)), .textArray(pairs.map(\.programID))])
        for row in rows {
            let place: Int64 = try row.get("place")
            found[Int(place) - 1] = Destination(
                account: try CosmoAccount(json: row.get("account")),
                validity: try row.get("validity", of: "links"), cardCurrencyCode: try row.get("currency_code"),
                waitsUntilMicros: try row.get("waits_until", as: PostgresTimestamp?.self)?.microsecondsSinceEpoch)
        }
        return found
    }
}
