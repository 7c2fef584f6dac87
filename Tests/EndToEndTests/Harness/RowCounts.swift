import PostgreSQL

/// How much is stored: rows by table, and what is earned. Two of them tell whether anything was stored in between.
struct RowCounts: Hashable, CustomStringConvertible {
    private let rows: [String: Int64]

    /// Counts every table but the audit of calls to Cosmo, which a running service writes by itself.
    static func read(_ pool: PostgresPool) async throws -> RowCounts {
        let tables = try await pool.query(
            """
            select relname::text as name from pg_class
            where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
                and relname <> 'cosmo_calls'
            """)
        var rows: [String: Int64] = [:]
        for table in tables {
            let name = try table.get("name", as: String.self)
            let counted = try await pool.query("select count(*) as rows from \"\(name)\"")
            rows[name] = try counted.first?.get("rows", as: Int64.self)
        }
        let earned = try await pool.query("select coalesce(sum(earned_micro), 0)::bigint as earned from positions")
        rows["earned"] = try earned.first?.get("earned", as: Int64.self)
        guard rows["spends"] != nil, rows["inbox"] != nil else { throw Unusable("the schema has no spends or inbox") }
        return RowCounts(rows: rows)
    }

    var description: String { rows.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ") }
}
