import PostgreSQL

/// Counts the rows of a phase and tells now and then how far it has come.
struct ProgressMeter {
    private let table: String
    private let every: Int64
    private let estimated: Int64?
    private let progress: @Sendable (VerifyProgress) -> Void
    private var rowsRead: Int64 = 0

    /// Begins the phase of a table; the estimate is what the planner believes, which costs nothing.
    init(
        _ table: String, on connection: PostgresConnection, every: Int64,
        _ progress: @escaping @Sendable (VerifyProgress) -> Void
    ) async throws {
        let rows = try await connection.query(
            "select reltuples::bigint as rows from pg_class where oid = to_regclass($1)", [.text(table)])
        let estimated = try rows.first?.get("rows", as: Int64.self)
        self.table = table
        self.every = every
        self.estimated = estimated.flatMap { $0 >= 0 ? $0 : nil }
        self.progress = progress
        report()
    }

    mutating func count() {
        rowsRead += 1
        if rowsRead % every == 0 { report() }
    }

    func finish() { report() }

    private func report() {
        progress(VerifyProgress(phase: table, rowsRead: rowsRead, rowsEstimated: estimated))
    }
}
