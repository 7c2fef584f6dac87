import PostgreSQL

extension IssuanceStore {
    static func list(
        cardID: String, programIDs: [String], since: PostgresTimestamp, limit: Int, on connection: PostgresConnection
    ) async throws -> [IssuanceRecord] {
        let sql = """
            select i.* from unnest($2::text[]) with ordinality as p (program_id, place)
            cross join lateral (
                select \(columns) from issuances i
                where i.card_id = $1 and i.program_id = p.program_id and i.created_at >= $3
                order by i.issuance_number limit $4) i
            order by p.place, i.issuance_number
            """
        let parameters: [PostgresValue] = [
            .text(cardID), .textArray(programIDs), .timestamptz(since), .int(limit),
        ]
        return try await connection.query(sql, parameters).map(record)
    }
}
