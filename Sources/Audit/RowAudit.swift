import PostgreSQL

/// A check that the database can make by itself: a query returns the rows that break it.
struct RowAudit: Sendable {
    let check: VerifyCheck
    /// The table that a violation names, and whose rows are counted as checked.
    let table: String
    /// The columns of the query that name the row.
    let key: [String]
    /// What the row should be, in words.
    let expected: String
    /// Returns the key columns as text and a column `found`.
    let sql: String

    func examine(_ row: PostgresRow, _ findings: inout Findings) throws {
        var key: [String: String] = [:]
        for column in self.key { key[column] = try row.get(column, as: String.self) }
        findings.add(check, table: table, key: key, expected: expected, found: try row.get("found"))
    }

    /// All of them.
    static let all: [RowAudit] = ofSpends + ofPreferences + ofPrograms + ofIssuances

    private static let ofSpends = [
        RowAudit(
            check: .legWithoutSpend, table: "legs", key: ["card_id", "spend_id", "program_id"],
            expected: "a spend of this card and id",
            sql: """
                select card_id, spend_id, program_id, 'none' as found from legs l
                where not exists (select from spends s where s.card_id = l.card_id and s.spend_id = l.spend_id)
                """),
        RowAudit(
            check: .spendIDUnique, table: "spends", key: ["spend_id"], expected: "one spend",
            sql: """
                select spend_id, count(*)::text || ' spends' as found from spends group by spend_id having count(*) > 1
                """),
        RowAudit(
            check: .runningTotalWithoutSpends, table: "running_totals", key: ["card_id", "weights"],
            expected: "spends that add up to it",
            sql: """
                select card_id, weights, total_minor::text || ' and no spends' as found from running_totals t
                where total_minor <> 0 and not exists (
                    select from spends s where s.card_id = t.card_id and s.weights = t.weights)
                """),
    ]

    private static let ofPreferences = [
        RowAudit(
            check: .preferenceVersionsContiguous, table: "cards", key: ["card_id"],
            expected: "versions 1 to the one in force",
            sql: """
                select coalesce(c.card_id, v.card_id) as card_id,
                    'in force ' || coalesce(c.preference_version::text, 'on no card') || ', ' || coalesce(v.count, 0)
                        || ' versions from ' || coalesce(v.first::text, '-') || ' to ' || coalesce(v.last::text, '-')
                        as found
                from cards c full join (
                    select card_id, count(*) as count, min(version) as first, max(version) as last
                    from preference_versions group by card_id
                ) v on v.card_id = c.card_id
                where c.card_id is null or coalesce(v.count, 0) <> c.preference_version
                    or (v.count > 0 and (v.first <> 1 or v.last <> c.preference_version))
                """),
        RowAudit(
            check: .preferenceRequestVersion, table: "preference_requests", key: ["card_id", "request_id"],
            expected: "a version of the card",
            sql: """
                select card_id, request_id, 'version ' || version as found from preference_requests r
                where (version <> 0 and not exists (
                        select from preference_versions v where v.card_id = r.card_id and v.version = r.version))
                    or not exists (select from cards c where c.card_id = r.card_id)
                """),
    ]

    private static let ofPrograms = [
        RowAudit(
            check: .configurationVersionsContiguous, table: "programs", key: ["program_id"],
            expected: "configuration versions 1 to the one in force",
            sql: """
                select coalesce(p.program_id, c.program_id) as program_id,
                    'in force ' || coalesce(p.configuration_version::text, 'on no program') || ', '
                        || coalesce(c.count, 0) || ' versions from ' || coalesce(c.first::text, '-') || ' to '
                        || coalesce(c.last::text, '-') as found
                from programs p full join (
                    select program_id, count(*) as count, min(configuration_version) as first,
                        max(configuration_version) as last
                    from program_configurations group by program_id
                ) c on c.program_id = p.program_id
                where p.program_id is null or coalesce(c.count, 0) <> p.configuration_version
                    or (c.count > 0 and (c.first <> 1 or c.last <> p.configuration_version))
                """),
        RowAudit(
            check: .legConfiguration, table: "legs", key: ["card_id", "spend_id", "program_id"],
            expected: "a configuration of the program",
            sql: """
                select card_id, spend_id, program_id, 'version ' || configuration_version as found from legs l
                where (status = 'earned' or configuration_version <> 0)
                    and exists (select from programs p where p.program_id = l.program_id)
                    and not exists (
                        select from program_configurations c
                        where c.program_id = l.program_id and c.configuration_version = l.configuration_version)
                """),
    ]

    private static let ofIssuances = [
        RowAudit(
            check: .issuanceReference, table: "issuances", key: ["reference_number"],
            expected: "1 to 64 of letters, digits, - and _, used once, on a card",
            sql: """
                select reference_number,
                    count(*) || ' issues, ' || count(c.card_id) || ' on a card' as found
                from issuances i left join cards c on c.card_id = i.card_id
                group by reference_number
                having count(*) > 1 or count(c.card_id) < count(*) or reference_number !~ '^[A-Za-z0-9_-]{1,64}$'
                """),
        RowAudit(
            check: .issuanceTransactionID, table: "issuances", key: ["card_id", "reference_number"],
            expected: "Cosmo's transaction id, or an operator who settled it",
            sql: """
                select card_id, reference_number, status || ' by ' || coalesce(settled_by, 'nobody') as found
                from issuances
                where cosmo_transaction_id is null
                    and (status = 'accepted' or status = 'confirmed' and settled_by is distinct from 'operator')
                """),
        RowAudit(
            check: .issuanceTransactionUnique, table: "issuances", key: ["cosmo_transaction_id"], expected: "one issue",
            sql: """
                select cosmo_transaction_id, count(*) || ' issues' as found from issuances
                where cosmo_transaction_id is not null group by cosmo_transaction_id having count(*) > 1
                """),
    ]
}
