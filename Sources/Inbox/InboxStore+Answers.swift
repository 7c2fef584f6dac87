package import PostgreSQL

/// The SQL of `inbox_answers`.
extension InboxStore {
    /// Stores when deliveries were answered; the first answer of a delivery stays.
    ///
    /// Their transaction does not wait until its commit is on disk. An answer that a crash loses counts as not given. A
    /// later commit that was derived from these rows takes them to disk with it.
    static func insertAnswers(_ answers: [(inboxID: Int64, answeredAt: PostgresTimestamp)]) -> [PostgresStatement] {
        var first: [Int64: PostgresTimestamp] = [:]
        for answer in answers { first[answer.inboxID] = min(first[answer.inboxID] ?? .infinity, answer.answeredAt) }
        let ordered = first.sorted { $0.key < $1.key }
        return [
            PostgresStatement("set local synchronous_commit = off"),
            PostgresStatement(
                """
                insert into inbox_answers (inbox_id, answered_at)
                select inbox_id, answered_at from unnest($1::bigint[], $2::timestamptz[])
                    as a (inbox_id, answered_at)
                on conflict (inbox_id) do nothing
                """,
                [.int8Array(ordered.map(\.key)), .timestamptzArray(ordered.map(\.value))]),
        ]
    }

    /// Which of some deliveries were answered while their sender waited, in another room's transaction.
    package func answered(among ids: [Int64]) -> Query<Int64> {
        Query("select inbox_id from inbox_answers where inbox_id = any($1)", [.int8Array(ids)]) { row in
            try row.get("inbox_id")
        }
    }
}
