import PostgreSQL

extension InboxStore {
    /// Searches the bodies of transaction deliveries that came between two times.
    ///
    /// Numbers rise with the time of arrival, so halving the range of numbers finds the first of them without an index of
    /// times, which every delivery would have to pay for.
    static func search(
        naming words: [String], from: PostgresTimestamp, until: PostgresTimestamp, limit: Int, _ pool: PostgresPool
    ) async throws -> InboxEntry? {
        try await pool.query(
            """
            with recursive halving (low, high) as (
                select coalesce(min(inbox_id), 1), coalesce(max(inbox_id), 0) + 1 from inbox
                union all
                select case when t.received_at < $2 then h.middle + 1 else h.low end,
                    case when t.received_at < $2 then h.high else h.middle end
                from (select low, high, low + (high - low) / 2 as middle from halving where low < high) h
                cross join lateral (
                    select received_at from inbox where inbox_id >= h.middle order by inbox_id limit 1) t)
            select \(columns) from (
                select * from inbox where inbox_id >= (select max(low) from halving) order by inbox_id limit $4) i
            where kind = 'transaction' and status = 'applied' and received_at <= $3
                and exists (select from unnest($1::text[]) w where position(convert_to(w, 'UTF8') in i.body) > 0)
            order by inbox_id limit 1
            """,
            [.textArray(words), .timestamptz(from), .timestamptz(until), .int(limit)]
        ).first.map { try entry($0, body: []) }
    }
}
