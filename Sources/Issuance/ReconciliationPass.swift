import Cosmo
import Metrics
import PostgreSQL
import Rewards

/// One comparison of a day, slice by slice.
///
/// Slices overlap by their common second, since Cosmo's seconds may be cut or rounded; a transaction seen in the slice
/// before is not counted twice. The slices before and after the day are read to know what their neighbours' issues became,
/// and not compared themselves.
struct ReconciliationPass {
    /// What a slice's listing names, for looking up our issues.
    private struct Names {
        var transactionIDs: Set<String> = []
        var references: Set<String> = []

        func contain(_ issue: IssuanceRecord) -> Bool {
            references.contains(issue.referenceNumber)
                || issue.cosmoTransactionID.map(transactionIDs.contains) ?? false
        }
    }

    /// The most issues compared in one transaction.
    private static let batchMax = 500

    let day: ReconciliationDay
    let startedAt: PostgresTimestamp
    let reconcile: ReconcileDay
    private var readsLeft: Int

    init(day: ReconciliationDay, startedAt: PostgresTimestamp, reconcile: ReconcileDay) {
        self.day = day
        self.startedAt = startedAt
        self.reconcile = reconcile
        self.readsLeft = reconcile.configuration.reconciliationReadsMax
    }

    mutating func compare() async throws {
        let sliceSeconds = max(1, reconcile.configuration.reconciliationSlice.components.seconds)
        let sliceCount = (86_400 + sliceSeconds - 1) / sliceSeconds
        func start(_ slice: Int64) -> PostgresTimestamp {
            // The last slice may be shorter, and the one after the day begins with the next day.
            slice < sliceCount
                ? day.start.advanced(by: .seconds(slice * sliceSeconds))
                : day.end.advanced(by: .seconds((slice - sliceCount) * sliceSeconds))
        }
        var names: [Names] = []
        for slice in -1...sliceCount {
            let listed = try await list(from: start(slice), to: start(slice + 1))
            let seen = names.last?.transactionIDs ?? []
            names.append(
                Names(transactionIDs: Set(listed.map(\.id)), references: Set(listed.compactMap(\.referenceNumber))))
            if slice >= 0, slice < sliceCount {
                try await compare(listed.filter { !seen.contains($0.id) })
            }
            // The slice before this one now has both its neighbours.
            if slice >= 1 { try await lookForOurs(from: start(slice - 1), to: start(slice), in: names) }
            if names.count > 2 { names.removeFirst() }
        }
    }

    private func list(
        from start: PostgresTimestamp, to end: PostgresTimestamp
    ) async throws -> [CosmoTransaction] {
        var failures = 0
        while true {
            do {
                return try await reconcile.cosmo.transactions(
                    fromSeconds: start.microsecondsSinceEpoch / 1_000_000,
                    toSeconds: end.microsecondsSinceEpoch / 1_000_000, programID: nil)
            } catch {
                failures += 1
                guard error.isTransient, failures < reconcile.configuration.reconciliationTriesMax else { throw error }
                let pause = reconcile.configuration.listBackoff.drawn(afterFailures: failures)
                try await Task.sleep(for: max(pause, error.retryAfter ?? .zero))
            }
        }
    }

    private func compare(_ transactions: [CosmoTransaction]) async throws {
        // Two transactions of one id within a slice are one.
        var seen: Set<String> = []
        let transactions = transactions.filter { seen.insert($0.id).inserted }
        for start in stride(from: 0, to: transactions.count, by: Self.batchMax) {
            let batch = transactions[start..<min(start + Self.batchMax, transactions.count)]
            try await reconcile.pool.withTransaction { try await compare(Array(batch), on: $0) }
        }
    }

    private func compare(_ transactions: [CosmoTransaction], on connection: PostgresConnection) async throws {
        let references = transactions.compactMap(\.referenceNumber).filter(CosmoIssueRequest.isReferenceNumber)
        let issues = try await ReconciliationStore.issues(
            references: references, transactionIDs: transactions.map(\.id).filter { !$0.utf8.contains(0) },
            on: connection)
        let byReference = Dictionary(issues.map { ($0.referenceNumber, $0) }, uniquingKeysWith: { $1 })
        let byID = Dictionary(
            issues.compactMap { issue in issue.cosmoTransactionID.map { ($0, issue) } }, uniquingKeysWith: { $1 })
        var findings: [ReconciliationFinding] = []
        var comparisons: [ReconciliationComparison] = []
        for transaction in transactions {
            let owner = byID[transaction.id]
            let named = transaction.referenceNumber.flatMap { byReference[$0] }
            guard let issue = named ?? owner else {
                findings.append(.notOurs(transaction))
                continue
            }
            let isTaken = owner.map { $0.referenceNumber != issue.referenceNumber } ?? false
            comparisons.append(ReconciliationComparison(transaction, issue, isTransactionIDTaken: isTaken))
        }
        let news = comparisons.filter(\.isNews)
        let nextReadAt = reconcile.now().advanced(by: reconcile.configuration.readDelayMax)
        let settled = try await ApplyIssuanceEvents(policy: reconcile.configuration.settlement).apply(
            news.map {
                .init(referenceNumber: $0.issue.referenceNumber, event: .found($0.facts, nextReadAt: nextReadAt))
            }, at: reconcile.now(), on: connection)
        var after: [String: IssuanceRecord] = [:]
        for case let transition? in settled { after[transition.record.referenceNumber] = transition.record }
        let differing = comparisons.compactMap { $0.finding(after[$0.issue.referenceNumber] ?? $0.issue) }
        try await add(
            cosmoCount: transactions.count, matchedCount: comparisons.count - differing.count,
            findings: findings + differing, on: connection)
    }

    /// Looks for confirmed issues of a slice that no listing around it has.
    private mutating func lookForOurs(
        from start: PostgresTimestamp, to end: PostgresTimestamp, in names: [Names]
    ) async throws {
        let missed = try await ReconciliationStore.confirmed(from: start, to: end, on: reconcile.pool)
            .filter { issue in !names.contains { $0.contain(issue) } }
        var findings: [ReconciliationFinding] = []
        for issue in missed {
            if let reason = try await absence(of: issue) { findings.append(.notAtCosmo(issue, reason: reason)) }
        }
        guard !findings.isEmpty else { return }
        try await reconcile.pool.withTransaction { connection in
            try await add(cosmoCount: 0, matchedCount: 0, findings: findings, on: connection)
        }
    }

    /// Why an issue that is not listed is missing; nil when Cosmo knows it after all, only at another time.
    ///
    /// A listing that is broken altogether must not turn into a read for each issue of the day, so reads are counted.
    private mutating func absence(of issue: IssuanceRecord) async throws -> String? {
        let byReference = reconcile.configuration.isReferenceLookupEnabled ? issue.referenceNumber : nil
        guard let name = issue.cosmoTransactionID ?? byReference, readsLeft > 0 else { return IssuanceReason.notListed }
        readsLeft -= 1
        do {
            guard let known = try await reconcile.cosmo.transaction(name) else { return IssuanceReason.absentAtCosmo }
            return TransactionFacts(known).differences(from: issue).isEmpty ? nil : IssuanceReason.notListed
        } catch {
            return IssuanceReason.notListed
        }
    }

    private func add(
        cosmoCount: Int, matchedCount: Int, findings: [ReconciliationFinding], on connection: PostgresConnection
    ) async throws {
        let isOurs = try await ReconciliationStore.add(
            day, startedAt: startedAt, cosmoCount: cosmoCount, matchedCount: matchedCount, findings: findings,
            on: connection)
        // Undoes the batch: what a replaced comparison has found is not mixed with the later one's.
        guard isOurs else { throw ReconcileDay.replaced }
        for finding in findings {
            Counter(label: "multibrand_reconciliation_findings", dimensions: [("side", finding.side.rawValue)])
                .increment()
        }
    }
}
