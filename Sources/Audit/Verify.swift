package import Logging
package import PostgreSQL

/// Checks the whole database against the invariants, without the code that wrote it, and names every row that breaks
/// one.
///
/// It reads one REPEATABLE READ snapshot, so it may run while the service works and is not confused by it. Several
/// readers share the snapshot and take parts of whole cards in turn.
/// **Guarantees** Read-only. Rows are streamed: memory does not grow with the database.
/// **Errors** The database's; a violation is no error but a part of the report.
/// **Cost** One pass over spends and legs, some aggregates in the database; holds back vacuum while it runs.
package struct Verify: Sendable {
    private let pool: PostgresPool
    private let logger: Logger
    private let listedPerCheckMax: Int
    private let readers: Int
    private let spendsPerPart: Int64

    /// No statement of a pass may end by the timeout meant for ordinary ones.
    private static let statementTimeout = Duration.seconds(7 * 86_400)

    /// Makes the use case.
    ///
    /// - Parameters:
    ///   - listedPerCheckMax: how many violations of one check are listed; all are counted.
    ///   - readers: how many connections read at once; the pool must have as many.
    package init(pool: PostgresPool, logger: Logger, listedPerCheckMax: Int = 100, readers: Int = 1) {
        self.init(
            pool: pool, logger: logger, listedPerCheckMax: listedPerCheckMax, readers: readers, spendsPerPart: 16_384)
    }

    init(pool: PostgresPool, logger: Logger, listedPerCheckMax: Int, readers: Int, spendsPerPart: Int64) {
        self.pool = pool
        self.logger = logger
        self.listedPerCheckMax = listedPerCheckMax
        self.readers = max(1, readers)
        self.spendsPerPart = spendsPerPart
    }

    /// Makes every check.
    ///
    /// - Parameters:
    ///   - scope: all of the database, or some cards.
    ///   - coverage: whether the report holds the coverage table, a line for each day and currency.
    ///   - progress: called at the beginning and the end of each phase and now and then within it.
    package func callAsFunction(
        _ scope: VerifyScope = .everything, coverage: Bool = false,
        progress: @escaping @Sendable (VerifyProgress) -> Void = { _ in }
    ) async throws -> VerifyReport {
        let startedAt = PostgresTimestamp.now
        let began = ContinuousClock.now
        let (findings, lines) = try await read(scope, isCoverageTabled: coverage, VerifyMeter(progress))
        let took = (ContinuousClock.now - began).components
        let report = VerifyReport(
            startedAt: startedAt.description,
            durationMilliseconds: took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000,
            checks: findings.checks, violations: findings.violations,
            coverage: coverage ? VerifyCoverage(parts: lines) : nil)
        logger.info(
            "verified",
            metadata: [
                "violations": "\(report.violationCount)", "duration_ms": "\(report.durationMilliseconds)",
            ])
        return report
    }

    private typealias Part = (findings: Findings, lines: [VerifyCoverage.Line])

    /// The first reader takes the snapshot and plans; the others join its snapshot before anyone reads a row.
    private func read(
        _ scope: VerifyScope, isCoverageTabled: Bool, _ meter: VerifyMeter
    ) async throws -> (Findings, [VerifyCoverage.Line]) {
        let (invitations, invite) = AsyncStream.makeStream(of: (snapshot: String, queue: VerifyQueue).self)
        let (arrivals, arrive) = AsyncStream.makeStream(of: Void.self)
        return try await withThrowingTaskGroup(of: Part.self) { group in
            group.addTask {
                defer { invite.finish() }
                return try await transaction { connection in
                    let plan = try await VerifyPlan.make(
                        scope, spendsPerPart: spendsPerPart, on: connection, timeout: Self.statementTimeout)
                    let estimated = scope == .everything ? ["spends", "positions", WalletAudit.phase] : []
                    try await meter.estimate(estimated, on: connection)
                    meter.begin("spends")
                    let queue = VerifyQueue(plan.parts)
                    if readers > 1 {
                        let exported = try await connection.query("select pg_export_snapshot() as snapshot")
                        let snapshot: String = try exported[0].get("snapshot")
                        for _ in 1..<readers { invite.yield((snapshot, queue)) }
                        invite.finish()
                        var arrived = arrivals.makeAsyncIterator()
                        for _ in 1..<readers { await arrived.next() }
                    }
                    var findings = Findings(listedPerCheckMax: listedPerCheckMax)
                    for (check, reason) in plan.skipped { findings.skip(check, because: reason) }
                    return try await work(through: queue, on: connection, findings, isCoverageTabled, meter)
                }
            }
            if readers > 1 {
                group.addTask {
                    // One task hands out the invitations, so that each is taken once.
                    try await withThrowingTaskGroup(of: Part.self) { followers in
                        for await (snapshot, queue) in invitations {
                            followers.addTask {
                                try await follow(snapshot, queue, isCoverageTabled, meter) { arrive.yield() }
                            }
                        }
                        return try await Self.join(&followers, listedPerCheckMax)
                    }
                }
            }
            let all = try await Self.join(&group, listedPerCheckMax)
            meter.finish()
            return all
        }
    }

    private func follow(
        _ snapshot: String, _ queue: VerifyQueue, _ isCoverageTabled: Bool, _ meter: VerifyMeter,
        hasJoined: @escaping @Sendable () -> Void
    ) async throws -> Part {
        try await transaction(joining: snapshot) { connection in
            hasJoined()
            return try await work(
                through: queue, on: connection, Findings(listedPerCheckMax: listedPerCheckMax), isCoverageTabled, meter)
        }
    }

    private func transaction(
        joining snapshot: String? = nil,
        _ body: (PostgresConnection) async throws -> Part
    ) async throws -> Part {
        try await pool.withTransaction(retries: 0, isolation: .repeatableRead) { connection in
            // The id is the server's own, of hexadecimal digits and hyphens; the statement takes no parameter.
            if let snapshot { try await connection.execute("set transaction snapshot '\(snapshot)'") }
            // It locks no row, so it may be silent for long, as the first reader is until the others have joined.
            try await connection.execute(
                """
                set transaction read only; set local jit = off; set local plan_cache_mode = force_custom_plan;
                set local work_mem = '64MB'; set local idle_in_transaction_session_timeout = '1h'
                """)
            return try await body(connection)
        }
    }

    private func work(
        through queue: VerifyQueue, on connection: PostgresConnection, _ findings: Findings, _ isCoverageTabled: Bool,
        _ meter: VerifyMeter
    ) async throws -> Part {
        var reader = try await VerifyReader(
            on: connection, findings: findings, isCoverageTabled: isCoverageTabled, meter: meter,
            timeout: Self.statementTimeout)
        while let part = queue.next() {
            try Task.checkCancellation()
            try await reader.read(part)
        }
        return (reader.findings, reader.coverageLines)
    }

    private static func join(
        _ group: inout ThrowingTaskGroup<Part, any Error>, _ listedPerCheckMax: Int
    ) async throws -> Part {
        var all = Part(Findings(listedPerCheckMax: listedPerCheckMax), [])
        for try await part in group {
            all.findings.merge(part.findings)
            all.lines += part.lines
        }
        return all
    }
}
