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

extension [AuditEntry] {
    /// The statements that record the entries: one for all without words, and one for each other.
    package var statements: [PostgresStatement] {
        let plain = filter(\.detail.isEmpty)
        guard !plain.isEmpty else { return map(\.statement) }
        let together = PostgresStatement(
            """
            insert into operator_actions (client_id, action, subject)
            select client_id, action, subject from unnest($1::text[], $2::text[], $3::text[])
                with ordinality u (client_id, action, subject, place) order by place
            """,
            [
                .textArray(plain.map(\.clientID)), .textArray(plain.map(\.action)), .textArray(plain.map(\.subject)),
            ])
        return [together] + filter { !$0.detail.isEmpty }.map(\.statement)
    }
}

extension AuditEntry? {
    /// The statement that records the entry; none where nobody asked for a record.
    package var statements: [PostgresStatement] { map { [$0.statement] } ?? [] }
}
