public import Logging
public import PostgreSQL

/// Checks the whole database against the invariants, without the code that wrote it, and names every row that breaks one.
///
/// It reads one REPEATABLE READ snapshot, so it may run while the service works and is not confused by it.
/// **Guarantees** Read-only. Rows are streamed: memory does not grow with the database.
/// **Errors** The database's; a violation is no error but a part of the report.
/// **Cost** One pass over spends and legs, some aggregates in the database; holds back vacuum while it runs.
public struct Verify: Sendable {
    private let pool: PostgresPool
    private let logger: Logger
    private let listedPerCheckMax: Int

    /// No statement of a pass may end by the timeout meant for ordinary ones.
    private static let statementTimeout = Duration.seconds(7 * 86_400)
    private static let rowsBetweenReports: Int64 = 1000

    /// Makes the use case.
    ///
    /// - Parameter listedPerCheckMax: how many violations of one check are listed; all are counted.
    public init(pool: PostgresPool, logger: Logger, listedPerCheckMax: Int = 100) {
        self.pool = pool
        self.logger = logger
        self.listedPerCheckMax = listedPerCheckMax
    }

    /// Makes every check.
    ///
    /// - Parameter progress: called at the beginning and the end of each phase and now and then within it.
    public func callAsFunction(
        progress: @escaping @Sendable (VerifyProgress) -> Void = { _ in }
    ) async throws -> VerifyReport {
        let startedAt = PostgresTimestamp.now
        let began = ContinuousClock.now
        let findings = try await pool.withTransaction(retries: 0, isolation: .repeatableRead) { connection in
            try await connection.execute("set transaction read only")
            var findings = Findings(listedPerCheckMax: listedPerCheckMax)
            try await examineSpends(on: connection, &findings, progress)
            try await examinePositions(on: connection, &findings, progress)
            for audit in RowAudit.all { try await examine(audit, on: connection, &findings, progress) }
            findings.skip(.walletIdentity, because: "there are no wallet tables yet")
            return findings
        }
        let took = (ContinuousClock.now - began).components
        let report = VerifyReport(
            startedAt: startedAt.description,
            durationMilliseconds: took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000,
            checks: findings.checks, violations: findings.violations)
        logger.info(
            "verified",
            metadata: [
                "violations": "\(report.violationCount)", "duration_ms": "\(report.durationMilliseconds)",
            ])
        return report
    }

    private func examineSpends(
        on connection: PostgresConnection, _ findings: inout Findings,
        _ progress: @escaping @Sendable (VerifyProgress) -> Void
    ) async throws {
        var meter = try await ProgressMeter("spends", on: connection, every: Self.rowsBetweenReports, progress)
        var fairness = FairnessAudit()
        try await connection.forEachRow(SpendRow.sql, [], timeout: Self.statementTimeout) { row in
            let spend = try SpendRow(row)
            let decision = SpendAudit.examine(spend, &findings)
            fairness.examine(spend, decision, &findings)
            meter.count()
        }
        fairness.finish(&findings)
        meter.finish()
    }

    private func examinePositions(
        on connection: PostgresConnection, _ findings: inout Findings,
        _ progress: @escaping @Sendable (VerifyProgress) -> Void
    ) async throws {
        var meter = try await ProgressMeter("positions", on: connection, every: Self.rowsBetweenReports, progress)
        try await connection.forEachRow(PositionAudit.sql, [], timeout: Self.statementTimeout) { row in
            try PositionAudit.examine(row, &findings)
            meter.count()
        }
        meter.finish()
    }

    private func examine(
        _ audit: RowAudit, on connection: PostgresConnection, _ findings: inout Findings,
        _ progress: @escaping @Sendable (VerifyProgress) -> Void
    ) async throws {
        progress(VerifyProgress(phase: audit.check.rawValue, rowsRead: 0, rowsEstimated: nil))
        try await connection.forEachRow(audit.sql, [], timeout: Self.statementTimeout) { row in
            try audit.examine(row, &findings)
        }
        let rows = try await connection.query(
            "select count(*) from \(audit.table)", [], timeout: Self.statementTimeout)
        let count: Int64 = try rows.first?.get(0) ?? 0
        findings.count(audit.check, count)
        progress(VerifyProgress(phase: audit.check.rawValue, rowsRead: count, rowsEstimated: count))
    }
}
