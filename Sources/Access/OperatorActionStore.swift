import PostgreSQL

/// The SQL of the `operator_actions` table.
enum OperatorActionStore {
    /// Actions below a number, newest first.
    static func newest(before actionID: Int64, subject: String?, limit: Int) -> Query<OperatorAction> {
        Query(
            """
            select action_id, client_id, action, subject, detail, acted_at from operator_actions
            where action_id < $1 and ($2::text is null or subject = $2)
            order by action_id desc limit $3
            """, [.int8(actionID), .textOrNull(subject), .int(limit)]
        ) { row in
            OperatorAction(
                actionID: try row.get("action_id"), clientID: try row.get("client_id"), action: try row.get("action"),
                subject: try row.get("subject"), detailJSON: try row.get("detail"), actedAt: try row.get("acted_at"))
        }
    }
}
