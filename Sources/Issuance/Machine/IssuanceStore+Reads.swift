import PostgreSQL

extension IssuanceStore {
    /// Finds one row when there is an issuance of this reference number, and none when there is not.
    static func exists(_ referenceNumber: String) -> PostgresStatement {
        PostgresStatement("select 1 from issuances where reference_number = $1", [.text(referenceNumber)])
    }

    /// One issuance by its reference number.
    static func read(_ referenceNumber: String) -> Query<IssuanceRecord> {
        Query(
            "select \(columns) from issuances i where i.reference_number = $1", [.text(referenceNumber)], read: record)
    }

    /// Issuances in the order they were planned.
    static func list(
        cardID: String?, programID: String?, status: IssuanceStatus?, waitingOnly: Bool, after: Int64?, limit: Int
    ) -> Query<IssuanceRecord> {
        var parameters: [PostgresValue] = [.int(limit)]
        var conditions: [String] = []
        func add(_ value: PostgresValue, _ condition: String) {
            parameters.append(value)
            conditions.append("\(condition) $\(parameters.count)")
        }
        if let cardID { add(.text(cardID), "i.card_id =") }
        if let programID { add(.text(programID), "i.program_id =") }
        // These are part of the text, so that the partial indexes serve them.
        if waitingOnly { conditions.append(waiting) }
        if let status { conditions.append("i.status = '\(status.rawValue)'") }
        if let after { add(.int8(after), "i.issuance_number >") }
        let filter = conditions.isEmpty ? "" : "where " + conditions.joined(separator: " and ")
        let sql = "select \(columns) from issuances i \(filter) order by i.issuance_number limit $1"
        return Query(sql, parameters, read: record)
    }

    /// Counts issuances by status, with the time at which the oldest of them was planned, or sent or settled once it
    /// was. Those that wait for a person have rows of their own: `parked`, `contradicted` for confirmed ones, and
    /// `waiting` for all others.
    static func counts(includingSettled: Bool) -> Query<(name: String, count: Int64, oldestAt: PostgresTimestamp?)> {
        // Each part reads one partial index and its rows.
        let sent = "min(coalesce(last_sent_at, created_at))"
        let open = """
            select status, count(*) as count, min(created_at) as oldest_at
            from issuances where status = 'planned' group by status
            union all
            select status, count(*), \(sent) from issuances
            where status in ('sending', 'accepted', 'unknown') and due_at is not null group by status
            union all
            select status, count(*), \(sent) from issuances
            where status = 'unknown' and due_at is null group by status
            union all
            select status, count(*), \(sent) from issuances where status = 'mismatched' group by status
            union all
            select case status when 'parked' then status when 'confirmed' then 'contradicted' else 'waiting' end, \
            count(*), min(coalesce(settled_at, last_sent_at, created_at))
            from issuances i where \(waiting) group by 1
            """
        let settled = """
            union all select 'confirmed', count(*), null::timestamptz from issuances where status = 'confirmed'
            """
        return Query(includingSettled ? "\(open)\n\(settled)" : open) { row in
            (try row.get("status"), try row.get("count"), try row.get("oldest_at"))
        }
    }

    /// Puts the rows of `counts` together. What is parked and resolved is history, and counts nowhere.
    static func sum(_ rows: [(name: String, count: Int64, oldestAt: PostgresTimestamp?)]) -> IssuanceCounts {
        var counts = IssuanceCounts()
        for (name, count, oldestAt) in rows {
            if let status = IssuanceStatus(rawValue: name) {
                counts.byStatus[status, default: 0] += count
                if let oldestAt { counts.oldest[status] = min(counts.oldest[status] ?? oldestAt, oldestAt) }
            }
            if name == "contradicted" { counts.contradicted = count }
            if ["contradicted", "waiting", "parked"].contains(name) { counts.waitingForPerson += count }
        }
        return counts
    }
}
