package import PostgreSQL

extension AuditEntry {
    /// The statement that records the entry, for the transaction that carries the action out.
    package var statement: PostgresStatement {
        // The database builds the detail's JSON from names and values, so no text has to be escaped here.
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
}

extension AuditEntry? {
    /// The statement that records the entry; none where nobody asked for a record.
    package var statements: [PostgresStatement] { map { [$0.statement] } ?? [] }
}
