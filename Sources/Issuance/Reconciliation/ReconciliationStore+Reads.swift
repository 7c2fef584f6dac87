import PostgreSQL

extension ReconciliationStore {
    private static let columns = """
        to_char(r.day, 'YYYY-MM-DD') as day, r.started_at, r.finished_at, r.cosmo_count, r.matched_count, \
        r.finding_count,
        r.failure
        """

    private static func reconciliation(_ row: PostgresRow) throws -> Reconciliation {
        Reconciliation(
            day: try row.get("day"), startedAt: try row.get("started_at"), finishedAt: try row.get("finished_at"),
            cosmoCount: try row.get("cosmo_count"), matchedCount: try row.get("matched_count"),
            findingCount: try row.get("finding_count"), failure: try row.get("failure"))
    }

    static func list(
        before day: ReconciliationDay?, limit: Int, on pool: PostgresPool
    ) async throws -> [Reconciliation] {
        var parameters: [PostgresValue] = [.int(limit)]
        if let day { parameters.append(.text(day.text)) }
        let sql = """
            select \(columns) from reconciliations r \(day == nil ? "" : "where r.day < $2::date")
            order by r.day desc limit $1
            """
        return try await pool.query(sql, parameters).map(reconciliation)
    }

    static func read(
        _ day: ReconciliationDay, findingsMax: Int, on pool: PostgresPool
    ) async throws -> Reconciliation? {
        let sql = "select \(columns) from reconciliations r where r.day = $1::date"
        guard let row = try await pool.query(sql, [.text(day.text)]).first else { return nil }
        var view = try reconciliation(row)
        let findings = """
            select side, reference_number, cosmo_transaction_id, program_id, reason, detail::text as detail
            from reconciliation_findings where day = $1::date order by finding_number limit $2
            """
        view.findings = try await pool.query(findings, [.text(day.text), .int(findingsMax)]).map { row in
            ReconciliationFinding(
                side: try row.get("side", of: "reconciliation_findings"),
                referenceNumber: try row.get("reference_number"),
                cosmoTransactionID: try row.get("cosmo_transaction_id"), programID: try row.get("program_id"),
                reason: try row.get("reason"), detailJSON: try row.get("detail"))
        }
        return view
    }
}
