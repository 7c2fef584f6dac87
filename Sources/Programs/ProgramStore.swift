import PostgreSQL
import Rewards

/// The SQL of the `programs` table.
enum ProgramStore {
    private static let columns = """
        p.program_id, p.name, p.currency_code, p.local_currency_code, p.minimum_points, p.maximum_points,
        p.minimum_value, p.maximum_value, p.required_fields, p.listed, p.pays_into, p.issuing_paused, p.changed_at,
        p.catalogue,
        c.configuration_version, c.plugin, c.plugin_version, c.configuration, c.digest, c.set_by, c.set_at
        """
    private static let source = """
        programs p left join program_configurations c
            on c.program_id = p.program_id and c.configuration_version = p.configuration_version
        """

    /// Every program with its configuration in force, in order of id.
    static let all = Query("select \(columns) from \(source) order by p.program_id", read: program)

    /// Some programs, each with its configuration in force.
    static func some(_ programIDs: [String]) -> Query<Program> {
        Query("select \(columns) from \(source) where p.program_id = any($1)", [.textArray(programIDs)], read: program)
    }

    /// One program with its configuration in force; no row when there is none.
    static func read(_ programID: String) -> Query<Program> {
        Query("select \(columns) from \(source) where p.program_id = $1", [.text(programID)], read: program)
    }

    /// Locks every program, in order of id; a refresh decides over all of them.
    ///
    /// The rows are read by the next statement, ``all``: one that waited for a lock sees the locked row as it is then,
    /// but what it joins as it was before.
    static let lockAll = PostgresStatement("select program_id from programs order by program_id for update")

    /// Locks one program; ``read(_:)`` then reads it, for the same reason.
    static func lock(_ programID: String) -> PostgresStatement {
        PostgresStatement("select program_id from programs where program_id = $1 for update", [.text(programID)])
    }

    /// Makes sure that a program is there, without anything that only the catalogue can tell.
    static func ensure(_ programID: String) -> PostgresStatement {
        PostgresStatement(
            "insert into programs (program_id, listed) values ($1, false) on conflict (program_id) do nothing",
            [.text(programID)])
    }

    /// Makes sure that a program is there; a new one pays into the wallet, asks for no account and counts as listed.
    static func ensureWallet(_ programID: String) -> PostgresStatement {
        PostgresStatement(
            """
            insert into programs (program_id, name, required_fields, listed, pays_into)
            values ($1, $1, '{}', true, $2) on conflict (program_id) do nothing
            """, [.text(programID), .text(PaysInto.wallet.rawValue)])
    }

    /// Writes what a catalogue says of programs. Required fields that are not known leave those that are.
    static func upsert(_ entries: [CatalogueEntry], at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            insert into programs as p (
                program_id, name, currency_code, local_currency_code, minimum_points, maximum_points, minimum_value,
                maximum_value, required_fields, catalogue, catalogue_at, listed, changed_at)
            select program_id, name, currency_code, local_currency_code, minimum_points, maximum_points, minimum_value,
                maximum_value,
                case when fields is null then null else array(select jsonb_array_elements_text(fields)) end,
                catalogue, $11, true, $11
            from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
                $8::bigint[], $9::jsonb[], $10::jsonb[])
                as entry (program_id, name, currency_code, local_currency_code, minimum_points, maximum_points,
                    minimum_value, maximum_value, fields, catalogue)
            order by program_id
            on conflict (program_id) do update set
                name = excluded.name, currency_code = excluded.currency_code,
                local_currency_code = excluded.local_currency_code, minimum_points = excluded.minimum_points,
                maximum_points = excluded.maximum_points, minimum_value = excluded.minimum_value,
                maximum_value = excluded.maximum_value,
                required_fields = coalesce(excluded.required_fields, p.required_fields),
                catalogue = excluded.catalogue, catalogue_at = excluded.catalogue_at, listed = true,
                changed_at = excluded.changed_at
            where p.pays_into = 'COSMO'
            """,
            [
                .textArray(entries.map(\.programID)), .textArray(entries.map(\.name)),
                .textArrayNullable(entries.map(\.currencyCode)), .textArrayNullable(entries.map(\.localCurrencyCode)),
                .int8ArrayNullable(entries.map(\.limits.minimumPoints)),
                .int8ArrayNullable(entries.map(\.limits.maximumPoints)),
                .int8ArrayNullable(entries.map(\.limits.minimumValue)),
                .int8ArrayNullable(entries.map(\.limits.maximumValue)),
                .jsonArrayNullable(entries.map(\.requiredFieldsJSON)), .jsonArray(entries.map(\.catalogueJSON)),
                .timestamptz(now),
            ])
    }

    /// Notes that the catalogue still has programs of which nothing changed.
    static func touch(_ programIDs: [String], at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            "update programs set catalogue_at = $2 where program_id = any($1)",
            [.textArray(programIDs), .timestamptz(now)])
    }

    static func unlist(_ programIDs: [String], at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            "update programs set listed = false, changed_at = $2 where program_id = any($1) and pays_into = 'COSMO'",
            [.textArray(programIDs), .timestamptz(now)])
    }

    static func setPaused(_ programID: String, _ isPaused: Bool, at now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            "update programs set issuing_paused = $2, changed_at = $3 where program_id = $1",
            [.text(programID), .bool(isPaused), .timestamptz(now)])
    }

    static func setConfigurationVersion(
        _ programID: String, _ version: Int64, at now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            "update programs set configuration_version = $2, changed_at = $3 where program_id = $1",
            [.text(programID), .int8(version), .timestamptz(now)])
    }

    /// Tells every process, on commit, to read again.
    static func notifyChanged() -> PostgresStatement {
        PostgresStatement("select pg_notify($1, '')", [.text(programsChangedChannel)])
    }

    private static func program(_ row: PostgresRow) throws -> Program {
        let catalogue: String? = try row.get("catalogue")
        return Program(
            programID: try row.get("program_id"), name: try row.get("name"), currencyCode: try row.get("currency_code"),
            localCurrencyCode: try row.get("local_currency_code"),
            limits: IssuanceLimits(
                minimumPoints: try row.get("minimum_points"), maximumPoints: try row.get("maximum_points"),
                minimumValue: try row.get("minimum_value"), maximumValue: try row.get("maximum_value")),
            requiredFields: try row.get("required_fields"), isListed: try row.get("listed"),
            paysInto: try row.get("pays_into", of: "programs"),
            isIssuingPaused: try row.get("issuing_paused"),
            configuration: try ProgramConfigurationStore.configurationIfAny(row),
            facts: try catalogue.map { CatalogueFacts(try JSONValue(parsing: $0)) } ?? CatalogueFacts(),
            changedAt: try row.get("changed_at"))
    }
}
