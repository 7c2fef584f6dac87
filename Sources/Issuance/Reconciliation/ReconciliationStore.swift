import Cosmo
import PostgreSQL

/// The SQL of `reconciliations` and `reconciliation_findings`.
enum ReconciliationStore {
    /// Begins a comparison; affects no row when another is under way or the day is through.
    ///
    /// - Parameters:
    ///   - force: Take the place of whatever there is.
    ///   - failedBefore: A failed one that began before is begun again.
    ///   - abandonedBefore: One without an end that began before is taken for abandoned.
    static func begin(
        _ day: ReconciliationDay, startedAt: PostgresTimestamp, force: Bool, failedBefore: PostgresTimestamp,
        abandonedBefore: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            insert into reconciliations as r (day, started_at) values ($1::date, $2)
            on conflict on constraint reconciliations_pkey do update
            set started_at = $2, finished_at = null, cosmo_count = 0, matched_count = 0, finding_count = 0, failure = \
            null
            where $3 or (r.finished_at is null
                and r.started_at < case when r.failure is null then $5::timestamptz else $4::timestamptz end)
            returning day
            """
        return PostgresStatement(
            sql,
            [
                .text(day.text), .timestamptz(startedAt), .bool(force), .timestamptz(failedBefore),
                .timestamptz(abandonedBefore),
            ])
    }

    /// Forgets what the comparison before found.
    static func forgetFindings(of day: ReconciliationDay) -> PostgresStatement {
        PostgresStatement("delete from reconciliation_findings where day = $1::date", [.text(day.text)])
    }

    /// Adds to the counts of the comparison that began then; affects no row when a later one took its place.
    static func count(
        _ day: ReconciliationDay, startedAt: PostgresTimestamp, cosmoCount: Int, matchedCount: Int, findingCount: Int
    ) -> PostgresStatement {
        let sql = """
            update reconciliations
            set cosmo_count = cosmo_count + $3, matched_count = matched_count + $4, finding_count = finding_count + $5
            where day = $1::date and started_at = $2 returning day
            """
        return PostgresStatement(
            sql,
            [
                .text(day.text), .timestamptz(startedAt), .int8(Int64(cosmoCount)), .int8(Int64(matchedCount)),
                .int8(Int64(findingCount)),
            ])
    }

    /// Adds findings to a day; the comparison that found them must still be the day's, see ``count``.
    static func insert(_ findings: [ReconciliationFinding], of day: ReconciliationDay) -> PostgresStatement {
        let sql = """
            insert into reconciliation_findings (day, side, reference_number, cosmo_transaction_id, program_id, reason,
                detail)
            select $1::date, f.side, f.reference_number, f.transaction_id, f.program_id, f.reason, f.detail::jsonb
            from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) with ordinality
                as f (side, reference_number, transaction_id, program_id, reason, detail, place)
            order by f.place
            """
        return PostgresStatement(
            sql,
            [
                .text(day.text), .textArray(findings.map(\.side.rawValue)),
                .textArrayNullable(findings.map(\.referenceNumber)),
                .textArrayNullable(findings.map(\.cosmoTransactionID)), .textArrayNullable(findings.map(\.programID)),
                .textArray(findings.map(\.reason)), .textArray(findings.map(\.detailJSON)),
            ])
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

    /// Days begun since, and not brought to their end; nil for one before 1970, which no comparison begins.
    static func unfinished(since day: ReconciliationDay) -> Query<ReconciliationDay?> {
        let sql = """
            select to_char(day, 'YYYY-MM-DD') as day from reconciliations
            where day >= $1::date and finished_at is null order by reconciliations.day
            """
        return Query(sql, [.text(day.text)]) { row in ReconciliationDay(try row.get("day")) }
    }

    /// The issuances that some transactions may be, by our reference or by Cosmo's id.
    static func issuances(references: [String], transactionIDs: [String]) -> Query<IssuanceRecord> {
        let sql = """
            select \(IssuanceStore.columns) from issuances i
            where i.reference_number = any($1::text[]) or i.cosmo_transaction_id = any($2::text[])
            """
        return Query(sql, [.textArray(references), .textArray(transactionIDs)], read: IssuanceStore.record)
    }

    /// The confirmed issuances that were last sent within an interval, its end excluded.
    static func confirmed(from start: PostgresTimestamp, to end: PostgresTimestamp) -> Query<IssuanceRecord> {
        let sql = """
            select \(IssuanceStore.columns) from issuances i
            where i.last_sent_at >= $1 and i.last_sent_at < $2 and i.status = 'confirmed'
            """
        return Query(sql, [.timestamptz(start), .timestamptz(end)], read: IssuanceStore.record)
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

    /// Comparisons, the newest day first, without findings.
    static func list(before day: ReconciliationDay?, limit: Int) -> Query<Reconciliation> {
        var parameters: [PostgresValue] = [.int(limit)]
        if let day { parameters.append(.text(day.text)) }
        let sql = """
            select \(columns) from reconciliations r \(day == nil ? "" : "where r.day < $2::date")
            order by r.day desc limit $1
            """
        return Query(sql, parameters, read: reconciliation)
    }

    /// The newest day that was compared to its end, without findings; no row when there is none.
    static let newestCompleted = Query(
        """
        select \(columns) from reconciliations r where r.finished_at is not null and r.failure is null
        order by r.day desc limit 1
        """, read: reconciliation)

    /// A day's comparison, without findings.
    static func read(_ day: ReconciliationDay) -> Query<Reconciliation> {
        Query(
            "select \(columns) from reconciliations r where r.day = $1::date", [.text(day.text)], read: reconciliation)
    }

    /// What a day's comparison found, in the order in which it was found.
    static func findings(of day: ReconciliationDay, limit: Int) -> Query<ReconciliationFinding> {
        let sql = """
            select side, reference_number, cosmo_transaction_id, program_id, reason, detail::text as detail
            from reconciliation_findings where day = $1::date order by finding_number limit $2
            """
        return Query(sql, [.text(day.text), .int(limit)]) { row in
            ReconciliationFinding(
                side: try row.get("side", of: "reconciliation_findings"),
                referenceNumber: try row.get("reference_number"),
                cosmoTransactionID: try row.get("cosmo_transaction_id"), programID: try row.get("program_id"),
                reason: try row.get("reason"), detailJSON: try row.get("detail"))
        }
    }
}
