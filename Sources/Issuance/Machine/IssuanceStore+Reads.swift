import PostgreSQL

extension IssuanceStore {
    static func exists(_ referenceNumber: String, on connection: PostgresConnection) async throws -> Bool {
        let sql = "select 1 from issuances where reference_number = $1"
        return try await !connection.query(sql, [.text(referenceNumber)]).isEmpty
    }

    static func read(_ referenceNumber: String, on pool: PostgresPool) async throws -> IssuanceRecord? {
        guard !referenceNumber.utf8.contains(0) else { return nil }
        let sql = "select \(columns) from issuances i where i.reference_number = $1"
        return try await pool.query(sql, [.text(referenceNumber)]).first.map(record)
    }

    static func list(
        cardID: String?, programID: String?, status: IssuanceStatus?, waitingOnly: Bool, after: Int64?, limit: Int,
        on pool: PostgresPool
    ) async throws -> [IssuanceRecord] {
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
        return try await pool.query(sql, parameters).map(record)
    }

    static func counts(includingSettled: Bool, on pool: PostgresPool) async throws -> IssuanceCounts {
        // Each part is a count over one partial index.
        let open = """
            select status, count(*) as count from issuances where status = 'planned' group by status
            union all
            select status, count(*) from issuances
            where status in ('sending', 'accepted', 'unknown') and due_at is not null group by status
            union all
            select status, count(*) from issuances where status = 'unknown' and due_at is null group by status
            union all
            select status, count(*) from issuances where status = 'mismatched' group by status
            union all
            select case status when 'parked' then status when 'confirmed' then 'contradicted' else 'waiting' end, \
            count(*)
            from issuances i where \(waiting) group by 1
            """
        let settled = "union all select 'confirmed', count(*) from issuances where status = 'confirmed'"
        var counts = IssuanceCounts()
        // What is parked and resolved is history, and counts nowhere.
        for row in try await pool.query(includingSettled ? "\(open)\n\(settled)" : open) {
            let name = try row.get("status", as: String.self)
            let count = try row.get("count", as: Int64.self)
            if let status = IssuanceStatus(rawValue: name) { counts.byStatus[status, default: 0] += count }
            if name == "contradicted" { counts.contradicted = count }
            if ["contradicted", "waiting", "parked"].contains(name) { counts.waitingForPerson += count }
        }
        return counts
    }
}
