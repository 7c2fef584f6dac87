import PostgreSQL

/// The SQL of `recovery_findings`, and the reading side of recoveries.
extension RecoveryStore {
    /// Stores what a comparison found; the same transaction again replaces what was found before.
    static func put(
        _ findings: [RecoveryFinding], of number: Int64, at now: PostgresTimestamp
    ) -> PostgresStatement {
        let sql = """
            insert into recovery_findings (recovery_number, cosmo_transaction_id, reference_number, program_id, reason,
                card_id, detail, found_at)
            select $1, f.transaction_id, f.reference_number, f.program_id, f.reason, f.card_id, f.detail::jsonb, $8
            from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
                as f (transaction_id, reference_number, program_id, reason, card_id, detail)
            on conflict on constraint recovery_findings_pkey do update
            set reference_number = excluded.reference_number, program_id = excluded.program_id, reason = \
            excluded.reason,
                card_id = excluded.card_id, detail = excluded.detail, found_at = excluded.found_at
            """
        return PostgresStatement(
            sql,
            [
                .int8(number), .textArray(findings.map(\.transactionID)),
                .textArrayNullable(findings.map(\.referenceNumber)), .textArrayNullable(findings.map(\.programID)),
                .textArray(findings.map(\.reason.rawValue)), .textArrayNullable(findings.map(\.cardID)),
                .textArray(findings.map(\.detailJSON)), .timestamptz(now),
            ])
    }

    /// The findings of a recovery, open ones first.
    static func findings(of number: Int64, limit: Int) -> Query<RecoveryFinding> {
        let sql = """
            select f.cosmo_transaction_id, f.reference_number, f.program_id, f.reason, f.card_id, f.detail::text as \
            detail,
                i.reference_number as adopted_as
            from recovery_findings f
            left join issuances i on i.cosmo_transaction_id = f.cosmo_transaction_id
            where f.recovery_number = $1
            order by i.reference_number is not null or \(harmless), f.found_at, f.cosmo_transaction_id
            limit $2
            """
        return Query(sql, [.int8(number), .int(limit)]) { row in
            RecoveryFinding(
                transactionID: try row.get("cosmo_transaction_id"), referenceNumber: try row.get("reference_number"),
                programID: try row.get("program_id"),
                reason: try row.get("reason", of: "recovery_findings"),
                cardID: try row.get("card_id"),
                detailJSON: try row.get("detail"), adoptedAs: try row.get("adopted_as"))
        }
    }

    /// Recoveries, newest first.
    static func list(before number: Int64?, limit: Int) -> Query<Recovery> {
        let sql = """
            select \(columns) from recoveries r where $1::bigint is null or r.recovery_number < $1
            order by r.recovery_number desc limit $2
            """
        return Query(sql, [.int8OrNull(number), .int(limit)], read: recovery)
    }
}
