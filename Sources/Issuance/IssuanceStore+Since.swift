import PostgreSQL

extension IssuanceStore {
    static func list(
        cardID: String, programID: String, since: PostgresTimestamp, limit: Int, on pool: PostgresPool
    ) async throws -> [IssuanceRecord] {
        let sql = """
            select \(columns) from issuances i where i.card_id = $1 and i.program_id = $2 and i.created_at >= $3
            order by i.issuance_number limit $4
            """
        let parameters: [PostgresValue] = [.text(cardID), .text(programID), .timestamptz(since), .int(limit)]
        return try await pool.query(sql, parameters).map(record)
    }
}
