import PostgreSQL

extension ConnectionEventStore {
    /// Takes into the set which of its deliveries were answered in time; whether any is news.
    ///
    /// The caller holds the lock of the source user: what is derived afterwards is derived from these answers, and from
    /// no other.
    ///
    /// - Parameter programID: one program, or nil for all.
    static func takeAnswers(
        ofSourceUser sourceUserID: String, programID: String?, _ answers: AnswerLookup, now: PostgresTimestamp,
        _ connection: PostgresConnection
    ) async throws -> Bool {
        let open = try await connection.query(
            """
            select inbox_id from connection_events
            where source_user_id = $1 and ($2::text is null or program_id = $2::text) and inbox_id is not null
                and answered_at is null and status <> 'unfounded'
            """,
            [.text(sourceUserID), .textOrNull(programID)]
        ).map { try $0.get("inbox_id", as: Int64.self) }
        guard !open.isEmpty else { return false }
        let answered = try await answers(connection, open).sorted()
        guard !answered.isEmpty else { return false }
        _ = try await connection.query(
            """
            update connection_events set answered_at = $3
            where source_user_id = $1 and inbox_id = any($2) and answered_at is null
            """,
            [.text(sourceUserID), .int8Array(answered), .timestamptz(now)])
        return true
    }

    /// The pairs of source users and programs that are held, with the deliveries about them that are not known to have been
    /// answered. Below a conflict too a word may be a retry.
    static func openQuestions(
        limit: Int, _ pool: PostgresPool
    ) async throws -> [(sourceUserID: String, programID: String, inboxID: Int64)] {
        try await pool.query(
            """
            select distinct e.source_user_id, e.program_id, e.inbox_id
            from links l
            join cards c on c.card_id = l.card_id
            join connection_events e on e.source_user_id = c.source_user_id and e.program_id = l.program_id
            where l.held and e.inbox_id is not null and e.answered_at is null and e.status <> 'unfounded'
            order by e.inbox_id desc limit $1
            """,
            [.int(limit)]
        ).map { try ($0.get("source_user_id"), $0.get("program_id"), $0.get("inbox_id")) }
    }
}
