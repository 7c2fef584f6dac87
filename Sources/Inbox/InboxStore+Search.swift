import PostgreSQL

extension InboxStore {
    /// Words that a body may hold, and when the delivery came.
    struct Search {
        let words: [String]
        let from: PostgresTimestamp
        let until: PostgresTimestamp
    }

    /// Searches the bodies of transaction deliveries that came between two times, for several things in one statement.
    ///
    /// Numbers rise with the time of arrival, so halving the range of numbers finds the first of them without an index
    /// of times, which every delivery would have to pay for.
    ///
    /// - Returns: What was found, with the place of its search.
    static func search(_ searches: [Search], limit: Int) -> Query<(place: Int, entry: InboxEntry)> {
        var (words, places): ([String], [Int64]) = ([], [])
        for (place, search) in searches.enumerated() {
            words += search.words
            places += search.words.map { _ in Int64(place) }
        }
        return Query(
            """
            with words (word, search) as (select * from unnest($1::text[], $2::int8[]))
            select s.place - 1 as search, f.*
            from unnest($3::timestamptz[], $4::timestamptz[]) with ordinality as s (starts_at, ends_at, place)
            cross join lateral (
                with recursive halving (low, high) as (
                    select coalesce(min(inbox_id), 1), coalesce(max(inbox_id), 0) + 1 from inbox
                    union all
                    select case when t.received_at < s.starts_at then h.middle + 1 else h.low end,
                        case when t.received_at < s.starts_at then h.high else h.middle end
                    from (select low, high, low + (high - low) / 2 as middle from halving where low < high) h
                    cross join lateral (
                        select received_at from inbox where inbox_id >= h.middle order by inbox_id limit 1) t)
                select \(columns) from (
                    select * from inbox where inbox_id >= (select max(low) from halving) order by inbox_id limit $5) i
                where kind = 'transaction' and status = 'applied' and received_at <= s.ends_at
                    and exists (
                        select from words w
                        where w.search = s.place - 1 and position(convert_to(w.word, 'UTF8') in i.body) > 0)
                order by inbox_id limit 1) f
            """,
            [
                .textArray(words), .int8Array(places), .timestamptzArray(searches.map(\.from)),
                .timestamptzArray(searches.map(\.until)), .int(limit),
            ]
        ) { row in (Int(try row.get("search", as: Int64.self)), try entryWithoutBody(row)) }
    }
}
