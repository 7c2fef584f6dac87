import PluginRuntime
import PostgreSQL
import Rewards

/// One attempt at a batch of spends: prefetch, decide, apply, in one transaction.
///
/// **Guarantees** Locks are taken in key order (cards, then positions through the sink); no row is written that two cards
/// share. Nothing outside the database is changed, so an attempt can be repeated.
struct BatchTransaction: Sendable {
    /// Another writer recorded one of the spend ids between the prefetch and the insert.
    struct LostRace: Error {}

    let pool: PostgresPool
    let plugins: @Sendable () -> PluginSet
    let tables = ApportionmentCache()
    let configuration: SpendingConfiguration
    let prefetch: BatchPrefetch
    let positions: PositionSink
    let now: @Sendable () -> PostgresTimestamp

    /// Runs the batch once and returns an answer for each spend, after the commit; nil for a spend whose card another
    /// transaction held, with nothing done.
    ///
    /// - Parameter stamps: Receives the `recorded_at` of this attempt before anything is written under it.
    /// **Errors** `LostRace`; `PostgresError`; then no caller has an answer.
    func run(
        _ spends: [ValidatedSpend], stamps: inout Set<PostgresTimestamp>
    ) async throws -> [Result<SpendAnswer, SpendingError>?] {
        let plugins = plugins()
        var attemptStamps: [PostgresTimestamp] = []
        defer { stamps.formUnion(attemptStamps) }
        return try await pool.withTransaction(isUrgent: true) { connection in
            let facts = try await prefetch.facts(for: spends, plugins: plugins, .cards, on: connection)
            let recordedAt = now()
            attemptStamps.append(recordedAt)
            var decision = BatchDecision(
                facts: facts, plugins: plugins, tables: tables, configuration: configuration,
                recordedAt: recordedAt)
            let answers: [Result<SpendAnswer, SpendingError>?] = spends.map { spend in
                if facts.busyCards.contains(ExactText(spend.input.cardID)) { return nil }
                return Result { () throws(SpendingError) in try decision.decide(spend) }
            }
            try await apply(decision.writes, recordedAt: recordedAt, on: connection)
            return answers
        }
    }

    private func apply(
        _ writes: BatchWrites, recordedAt: PostgresTimestamp, on connection: PostgresConnection
    ) async throws {
        guard !writes.spends.isEmpty else { return }
        var statements = [SpendStore.insert(writes.spends, recordedAt: recordedAt)]
        if let held = HeldSpendStore.insert(writes.spends) { statements.append(held) }
        let legs = writes.spends.flatMap { spend in
            spend.legs.map {
                LegStore.New(cardID: spend.decision.input.cardID, spendID: spend.decision.input.spendID, leg: $0)
            }
        }
        if let legs = LegStore.insert(legs, ofRelease: false) { statements.append(legs) }
        if let totals = RunningTotalStore.write(writes.runningTotals) { statements.append(totals) }
        if let totals = PeriodTotalStore.write(writes.periodTotals) { statements.append(totals) }
        statements += positions(PositionChange.earned(writes.earnings))
        let results = try await connection.pipeline(statements)
        guard results[0].affectedRows == writes.spends.count else { throw LostRace() }
    }
}
