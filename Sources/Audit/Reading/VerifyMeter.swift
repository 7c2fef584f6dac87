import PostgreSQL
import Synchronization

/// Counts what all readers have read and reports the progress now and then.
///
/// **Concurrency** One lock; the report is made outside it.
final class VerifyMeter: Sendable {
    private struct Counts {
        var rows: [String: Int64] = [:]
        var estimates: [String: Int64] = [:]
    }

    private let counts = Mutex(Counts())
    private let progress: @Sendable (VerifyProgress) -> Void
    private static let rowsBetweenReports: Int64 = 1000

    init(_ progress: @escaping @Sendable (VerifyProgress) -> Void) {
        self.progress = progress
    }

    /// Says how many rows there are to read, by what the planner believes, which costs nothing.
    func estimate(_ tables: [String], on connection: PostgresConnection) async throws {
        for table in tables {
            guard let estimate = try await connection.first(Self.estimate(of: table)), estimate >= 0 else { continue }
            counts.withLock { $0.estimates[table] = estimate }
        }
    }

    /// How many rows a table has, by what the planner believes.
    static func estimate(of table: String) -> Query<Int64> {
        Query("select reltuples::bigint as estimated from pg_class where oid = to_regclass($1)", [.text(table)]) {
            row in
            try row.get("estimated")
        }
    }

    func begin(_ phase: String) { report(phase) }

    func count(_ phase: String) {
        let isDue = counts.withLock { counts in
            let rows = counts.rows[phase, default: 0] + 1
            counts.rows[phase] = rows
            return rows % Self.rowsBetweenReports == 0
        }
        if isDue { report(phase) }
    }

    /// Reports the last counts.
    func finish() {
        for phase in counts.withLock({ $0.rows.keys.sorted() }) { report(phase) }
    }

    private func report(_ phase: String) {
        let (rows, estimate) = counts.withLock { ($0.rows[phase] ?? 0, $0.estimates[phase]) }
        progress(VerifyProgress(phase: phase, rowsRead: rows, rowsEstimated: estimate))
    }
}
