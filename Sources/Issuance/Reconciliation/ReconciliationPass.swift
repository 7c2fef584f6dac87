import Cosmo
import Metrics
import PostgreSQL
import Rewards

/// One comparison of a day, slice by slice.
///
/// Slices overlap by their common second, since Cosmo's seconds may be cut or rounded; a transaction seen in the slice
/// before is not counted twice. The slices before and after the day are read to know what their neighbours' issuances
/// became, and not compared themselves.
struct ReconciliationPass {
    /// What a slice's listing names, for looking up our issuances.
    private struct Names {
        var transactionIDs: Set<String> = []
        var references: Set<String> = []

        func contain(_ issuance: IssuanceRecord) -> Bool {
            references.contains(issuance.referenceNumber)
                || issuance.cosmoTransactionID.map(transactionIDs.contains) ?? false
        }
    }

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
        let listing = CosmoListing(cosmo: reconcile.cosmo, configuration: reconcile.configuration)
        var names: [Names] = []
        for slice in -1...sliceCount {
            let listed = try await listing.transactions(from: start(slice), to: start(slice + 1))
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

    private func compare(_ transactions: [CosmoTransaction]) async throws {
        for batch in ListedTransactions.batches(transactions) {
            try await reconcile.pool.withTransaction { connection in
                let listed = try await ListedTransactions.match(
                    batch, configuration: reconcile.configuration, at: reconcile.now(), on: connection)
                try await add(
                    cosmoCount: batch.count, matchedCount: listed.matchedCount,
                    findings: listed.strangers.map(ReconciliationFinding.notOurs) + listed.differing, on: connection)
            }
        }
    }

    /// Looks for confirmed issuances of a slice that no listing around it has.
    private mutating func lookForOurs(
        from start: PostgresTimestamp, to end: PostgresTimestamp, in names: [Names]
    ) async throws {
        let missed = try await reconcile.pool.all(ReconciliationStore.confirmed(from: start, to: end))
            .filter { issuance in !names.contains { $0.contain(issuance) } }
        var findings: [ReconciliationFinding] = []
        for issuance in missed {
            if let reason = try await absence(of: issuance) { findings.append(.notAtCosmo(issuance, reason: reason)) }
        }
        guard !findings.isEmpty else { return }
        try await reconcile.pool.withTransaction { connection in
            try await add(cosmoCount: 0, matchedCount: 0, findings: findings, on: connection)
        }
    }

    /// Why an issuance that is not listed is missing; nil when Cosmo knows it after all, only at another time.
    ///
    /// A listing that is broken altogether must not turn into a read for each issuance of the day, so reads are
    /// counted.
    private mutating func absence(of issuance: IssuanceRecord) async throws -> String? {
        let byReference = reconcile.configuration.isReferenceLookupEnabled ? issuance.referenceNumber : nil
        guard let name = issuance.cosmoTransactionID ?? byReference, readsLeft > 0 else {
            return IssuanceReason.notListed
        }
        readsLeft -= 1
        do {
            guard let known = try await reconcile.cosmo.transaction(name) else { return IssuanceReason.absentAtCosmo }
            return TransactionFacts(known).differences(from: issuance).isEmpty ? nil : IssuanceReason.notListed
        } catch {
            return IssuanceReason.notListed
        }
    }

    private func add(
        cosmoCount: Int, matchedCount: Int, findings: [ReconciliationFinding], on connection: PostgresConnection
    ) async throws {
        let (counted, _) = try await connection.pipeline(
            ReconciliationStore.count(
                day, startedAt: startedAt, cosmoCount: cosmoCount, matchedCount: matchedCount,
                findingCount: findings.count),
            findings.isEmpty ? nil : ReconciliationStore.insert(findings, of: day))
        // Undoes the batch: what a replaced comparison has found is not mixed with the later one's.
        guard counted == 1 else { throw ReconcileDay.replaced }
        for finding in findings {
            Counter(label: "multibrand_reconciliation_findings", dimensions: [("side", finding.side.rawValue)])
                .increment()
        }
    }
}
