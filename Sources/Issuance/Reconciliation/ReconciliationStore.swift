import Cosmo
import PostgreSQL

/// The SQL of `reconciliations` and `reconciliation_findings`.
enum ReconciliationStore {
    /// Begins a comparison and forgets the one before; false when another is under way or the day is through.
    ///
    /// - Parameters:
    ///   - force: Take the place of whatever there is.
    ///   - failedBefore: A failed one that began before is begun again.
    ///   - abandonedBefore: One without an end that began before is taken for abandoned.
    static func begin(
        _ day: ReconciliationDay, startedAt: PostgresTimestamp, force: Bool, failedBefore: PostgresTimestamp,
        abandonedBefore: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> Bool {
        let sql = """
            insert into reconciliations as r (day, started_at) values ($1::date, $2)
            on conflict on constraint reconciliations_pkey do update
            set started_at = $2, finished_at = null, cosmo_count = 0, matched_count = 0, finding_count = 0, failure = \
            null
            where $3 or (r.finished_at is null
                and r.started_at < case when r.failure is null then $5::timestamptz else $4::timestamptz end)
            returning day
            """
        let rows = try await connection.query(
            sql,
            [
                .text(day.text), .timestamptz(startedAt), .bool(force), .timestamptz(failedBefore),
                .timestamptz(abandonedBefore),
            ])
        guard !rows.isEmpty else { return false }
        _ = try await connection.query(
            "delete from reconciliation_findings where day = $1::date", [.text(day.text)])
        return true
    }

    /// Adds counts and findings to the comparison that began then; false when a later one took its place.
    static func add(
        _ day: ReconciliationDay, startedAt: PostgresTimestamp, cosmoCount: Int, matchedCount: Int,
        findings: [ReconciliationFinding], on connection: PostgresConnection
    ) async throws -> Bool {
        let count = """
            update reconciliations
            set cosmo_count = cosmo_count + $3, matched_count = matched_count + $4, finding_count = finding_count + $5
            where day = $1::date and started_at = $2 returning day
            """
        let rows = try await connection.query(
            count,
            [
                .text(day.text), .timestamptz(startedAt), .int8(Int64(cosmoCount)), .int8(Int64(matchedCount)),
                .int8(Int64(findings.count)),
            ])
        guard !rows.isEmpty else { return false }
        guard !findings.isEmpty else { return true }
        let sql = """
            insert into reconciliation_findings (day, side, reference_number, cosmo_transaction_id, program_id, reason,
                detail)
            select $1::date, f.side, f.reference_number, f.transaction_id, f.program_id, f.reason, f.detail::jsonb
            from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) with ordinality
                as f (side, reference_number, transaction_id, program_id, reason, detail, place)
            order by f.place
            """
        _ = try await connection.query(
            sql,
            [
                .text(day.text), .textArray(findings.map(\.side.rawValue)),
                .textArrayNullable(findings.map(\.referenceNumber)),
                .textArrayNullable(findings.map(\.cosmoTransactionID)), .textArrayNullable(findings.map(\.programID)),
                .textArray(findings.map(\.reason)), .textArray(findings.map(\.detailJSON)),
            ])
        return true
    }

    /// Ends the comparison that began then, well or with a failure; returns no row when a later one took its place.
    static func end(
        _ day: ReconciliationDay, startedAt: PostgresTimestamp, at now: PostgresTimestamp, failure: String?
    ) -> PostgresStatement {
        let sql = """
            update reconciliations
            set finished_at = case when $4::text is null then $3::timestamptz end, failure = $4
            where day = $1::date and started_at = $2 returning day
            """
        return PostgresStatement(
            sql,
            [.text(day.text), .timestamptz(startedAt), .timestamptz(now), failure.map(PostgresValue.text) ?? .null])
    }

    /// Days begun since, and not brought to their end.
    static func unfinished(
        since day: ReconciliationDay, on pool: PostgresPool
    ) async throws -> [ReconciliationDay] {
        let sql = """
            select to_char(day, 'YYYY-MM-DD') as day from reconciliations
            where day >= $1::date and finished_at is null order by reconciliations.day
            """
        return try await pool.query(sql, [.text(day.text)]).compactMap { ReconciliationDay(try $0.get("day")) }
    }

    /// The issuances that some transactions may be, by our reference or by Cosmo's id.
    static func issuances(
        references: [String], transactionIDs: [String], on connection: PostgresConnection
    ) async throws -> [IssuanceRecord] {
        let sql = """
            select \(IssuanceStore.columns) from issuances i
            where i.reference_number = any($1::text[]) or i.cosmo_transaction_id = any($2::text[])
            """
        return try await connection.query(sql, [.textArray(references), .textArray(transactionIDs)])
            .map(IssuanceStore.record)
    }

    /// The confirmed issuances that were last sent within an interval, its end excluded.
    static func confirmed(
        from start: PostgresTimestamp, to end: PostgresTimestamp, on pool: PostgresPool
    ) async throws -> [IssuanceRecord] {
        let sql = """
            select \(IssuanceStore.columns) from issuances i
            where i.last_sent_at >= $1 and i.last_sent_at < $2 and i.status = 'confirmed'
            """
        return try await pool.query(sql, [.timestamptz(start), .timestamptz(end)]).map(IssuanceStore.record)
    }
}

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
