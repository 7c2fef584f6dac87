import PostgreSQL

/// Does parts of the work on one connection, one after the other, and keeps what it found.
struct VerifyReader {
    private let connection: PostgresConnection
    private let meter: VerifyMeter
    private let timeout: Duration
    private let spends: SpendAudit
    private var certificates = CertificateAudit()
    private var fairness = FairnessAudit()
    private var coverage: CoverageAudit
    private(set) var findings: Findings

    init(
        on connection: PostgresConnection, findings: Findings, isCoverageTabled: Bool, meter: VerifyMeter,
        timeout: Duration
    ) async throws {
        self.connection = connection
        self.findings = findings
        self.meter = meter
        self.timeout = timeout
        self.coverage = CoverageAudit(isTabled: isCoverageTabled)
        self.spends = SpendAudit(configurations: try await ConfigurationFacts(on: connection))
    }

    /// The coverage table of the cards read so far.
    var coverageLines: [VerifyCoverage.Line] { coverage.lines }

    mutating func read(_ work: VerifyWork) async throws {
        switch work {
        case .cards(let scope):
            try await readSpends(scope)
            try await readPositions(scope)
        case .rows(let audit, let scope):
            try await readRows(audit, scope)
        case .members(let scope):
            try await readMembers(scope)
        case .memberRows(let audit, let scope):
            try await readMemberRows(audit, scope)
        }
    }

    private mutating func readSpends(_ scope: CardScope) async throws {
        var periods = try await PeriodAudit(scope, on: connection, timeout: timeout)
        try await connection.forEach(SpendRow.query(scope), timeout: timeout) { spend in
            let decision = spends.examine(spend, &findings)
            if let decision { certificates.examine(spend, decision, &findings) }
            fairness.examine(spend, decision, &findings)
            RefundAudit.examine(spend, decision, &certificates, &findings)
            periods.examine(spend, decision, &findings)
            coverage.examine(spend, decision, &findings)
            meter.count("spends")
        }
        fairness.finish(&findings)
        periods.finishScope(&findings)
        coverage.finish(&findings)
    }

    private mutating func readPositions(_ scope: CardScope) async throws {
        try await connection.forEachRow(PositionAudit.sql(scope), scope.parameters, timeout: timeout) { row in
            try PositionAudit.examine(row, &findings)
            meter.count("positions")
        }
    }

    private mutating func readRows(_ audit: RowAudit, _ scope: CardScope) async throws {
        meter.begin(audit.check.rawValue)
        try await connection.forEachRow(audit.sql(scope), audit.isByCard ? scope.parameters : [], timeout: timeout) {
            row in
            try audit.examine(row, &findings)
        }
        findings.count(audit.check, try await connection.first(audit.count(scope), timeout: timeout) ?? 0)
    }

    private mutating func readMembers(_ scope: MemberScope) async throws {
        var wallet = WalletAudit()
        meter.begin(WalletAudit.phase)
        try await connection.forEachRow(WalletAudit.sql(scope), scope.parameters, timeout: timeout) { row in
            try wallet.examine(row, &findings)
            meter.count(WalletAudit.phase)
        }
        wallet.finish(&findings)
    }

    private mutating func readMemberRows(_ audit: WalletRowAudit, _ scope: MemberScope) async throws {
        meter.begin(audit.check.rawValue)
        try await connection.forEachRow(audit.sql(scope), audit.parameters(scope), timeout: timeout) { row in
            try audit.examine(row, &findings)
        }
        findings.count(audit.check, try await connection.first(audit.count(scope), timeout: timeout) ?? 0)
    }
}
