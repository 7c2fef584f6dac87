import PostgreSQL

/// The SQL of the `operator_actions` table.
enum OperatorActionStore {
    /// The database builds the detail's JSON from names and values, so no text has to be escaped here.
    static func insert(
        clientID: String, action: String, subject: String, detail: [String: String]
    ) -> PostgresStatement {
        let names = detail.keys.sorted()
        return PostgresStatement(
            """
            insert into operator_actions (client_id, action, subject, detail)
            values ($1, $2, $3, jsonb_object($4::text[], $5::text[]))
            """,
            [
                .text(clientID), .text(action), .text(subject), .textArray(names),
                .textArray(names.map { detail[$0] ?? "" }),
            ])
    }

    static func newest(
        before actionID: Int64, subject: String?, limit: Int, on connection: PostgresConnection
    ) async throws -> [OperatorAction] {
        try await connection.query(
            """
            select action_id, client_id, action, subject, detail, acted_at from operator_actions
            where action_id < $1 and ($2::text is null or subject = $2)
            order by action_id desc limit $3
            """, [.int8(actionID), .textOrNull(subject), .int(limit)]
        ).map { row in
            OperatorAction(
                actionID: try row.get("action_id"), clientID: try row.get("client_id"), action: try row.get("action"),
                subject: try row.get("subject"), detailJSON: try row.get("detail"), actedAt: try row.get("acted_at"))
        }
    }
}
