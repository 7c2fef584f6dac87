import PostgreSQL

/// A column of a base table, as `information_schema` knows it, and the ways to change a value in it.
struct FlippableColumn: Sendable {
    let table: String
    let name: String
    let type: String
    let isNullable: Bool

    var quoted: String { "\"\(name)\"" }
    var fullName: String { "\(table).\(name)" }

    /// Every column that a statement can write; so a new table or column is looked at without being named anywhere.
    static func all(on connection: PostgresConnection) async throws -> [FlippableColumn] {
        try await connection.query(
            """
            select c.table_name::text as "table", c.column_name::text as name, c.data_type::text as type,
                c.is_nullable = 'YES' as is_nullable
            from information_schema.columns c
            join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
            where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.is_generated = 'NEVER'
                and c.table_name not in ('schema_migrations')
            order by c.table_name, c.ordinal_position
            """
        ).map {
            FlippableColumn(
                table: try $0.get("table"), name: try $0.get("name"), type: try $0.get("type"),
                isNullable: try $0.get("is_nullable"))
        }
    }

    /// Expressions over the row that give other values, of which the database may refuse some.
    ///
    /// - Parameter words: Other texts that the column may have: those of other rows, and those its constraint names.
    func changes(words: [String]) -> [String] {
        var changes: [String]
        switch type {
        case "bigint", "integer", "smallint", "numeric":
            changes = ["coalesce(\(quoted), 0) + 1", "\(quoted) * 1000"]
        case "boolean": changes = ["not coalesce(\(quoted), false)"]
        case "timestamp with time zone":
            changes = ["coalesce(\(quoted), now()) + interval '1 day'"]
        case "date": changes = ["\(quoted) + 1"]
        case "bytea":
            changes = [
                "case when length(\(quoted)) = 0 then '\\x01'::bytea else set_byte(\(quoted), 0, get_byte(\(quoted), "
                    + "0) # 1) end"
            ]
        case "jsonb":
            changes = [
                "case jsonb_typeof(\(quoted)) when 'array' then \(quoted) || '[1]' else coalesce(\(quoted), '{}') || "
                    + "'{\"x\": \"y\"}' end",
                """
                (select jsonb_set(\(quoted), array[key], '"another"') from jsonb_each(case jsonb_typeof(\(quoted))
                    when 'object' then \(quoted) else '{}' end) limit 1)
                """,
            ]
        case "uuid": changes = ["gen_random_uuid()"]
        case "ARRAY": changes = ["array_append(\(quoted), 'x')"]
        default:
            changes = words.map {
                "'\($0.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
            }
            changes.append("coalesce(\(quoted), '') || 'x'")
        }
        return isNullable ? changes + ["null"] : changes
    }

    /// Texts that a column of text may have instead of what it has.
    func words(on connection: PostgresConnection) async throws -> [String] {
        guard type == "text" else { return [] }
        let named = try await connection.query(
            """
            select distinct m[1] from pg_constraint c
            join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
            cross join lateral regexp_matches(pg_get_constraintdef(c.oid), '''([A-Za-z_]+)''::text', 'g') m
            where c.conrelid = to_regclass($1) and c.contype = 'c' and a.attname = $2 and cardinality(c.conkey) = 1
            """, [.text(table), .text(name)])
        let others = try await connection.query(
            "select distinct \(quoted) from \(table) where \(quoted) is not null order by 1 limit 1")
        return Array(Set(try named.map { try $0.value() } + others.map { try $0.value() })).sorted()
    }
}
