import PostgreSQL

extension IssuanceStore {
    /// The planned issues of some positions that are locked, locked in key order.
    static func planned(
        of keys: [PositionKey], on connection: PostgresConnection
    ) async throws -> [IssuanceRecord] {
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
        return try await connection.query(sql, parameters).map(record)
    }
}
