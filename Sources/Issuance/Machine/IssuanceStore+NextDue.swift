import PostgreSQL

/// When the workers of issuances have to look again.
extension IssuanceStore {
    /// When the next planned issuance is due that is not due yet; no row when none waits.
    ///
    /// **Cost** One index probe for each program, however long the backlog.
    static func nextPlannedDueAt(after now: PostgresTimestamp) -> Query<PostgresTimestamp> {
        let sql = """
            with recursive waiting as (
                (select program_id from issuances where status = 'planned' order by program_id limit 1)
                union all
                select next.program_id
                from waiting
                cross join lateral (
                    select i.program_id from issuances i
                    where i.status = 'planned' and i.program_id > waiting.program_id
                    order by i.program_id limit 1) next
            )
            select next.due_at
            from waiting
            cross join lateral (
                select i.due_at from issuances i
                where i.status = 'planned' and i.program_id = waiting.program_id and i.due_at > $1
                order by i.due_at limit 1) next
            order by next.due_at limit 1
            """
        return Query(sql, [.timestamptz(now)]) { row in try row.get("due_at") }
    }

    /// When the next lease ends or the next read is due, of those that are not due yet; no row when none waits.
    ///
    /// **Cost** One probe of the index.
    static func nextOpenDueAt(after now: PostgresTimestamp) -> Query<PostgresTimestamp> {
        Query(
            """
            select due_at from issuances
            where status in ('sending', 'accepted', 'unknown') and due_at > $1
            order by due_at limit 1
            """, [.timestamptz(now)]
        ) { row in try row.get("due_at") }
    }
}
