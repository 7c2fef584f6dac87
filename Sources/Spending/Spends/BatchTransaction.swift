import Cards
import Logging
import OperatorRecord
import PluginRuntime
import PostgreSQL
import Rewards

/// Brings a batch of spends to an outcome: prefetch, decide, apply, in one transaction.
///
/// **Guarantees** Locks are taken in key order (cards, then positions through the sink); no row is written that two
/// cards share. Nothing outside the database is changed, so an attempt can be repeated: after a lost race, and until
/// the outcome of a lost commit is known.
struct BatchTransaction: Sendable {
    /// Another writer recorded one of the spend ids between the prefetch and the insert.
    struct LostRace: Error {}

    let pool: PostgresPool
    let plugins: any PluginsInForce
    let tables = ApportionmentCache()
    let configuration: SpendingConfiguration
    let prefetch: BatchPrefetch
    let positions: any PositionSink
    let now: @Sendable () -> PostgresTimestamp
    let metrics: SpendingMetrics
    let logger: Logger

    /// Commits the batch and gives an answer for each spend; `GroupCommitPutOff` for one whose card another transaction
    /// held, with nothing done. When the outcome of a lost COMMIT stays unknown, that is the answer of the spends that
    /// took part in it, and the others are put off.
    ///
    /// **Errors** `LostRace` when other writers won every attempt; `PostgresError`; then no spend has an answer.
    func run(_ batch: [PendingSpend]) async throws -> [Result<SpendAnswer, any Error>] {
        var races = 0
        while true {
            do {
                return try await attempt(batch)
            } catch is LostRace where races < configuration.racesMax {
                races += 1
            } catch let error as PostgresError where error.meaning == .unknownCommit {
                metrics.countUnknownCommit()
                return batch.map { .failure($0.attempts.isInDoubt ? error : GroupCommitPutOff()) }
            } catch let error as PostgresError {
                if !error.meaning.mayPass {
                    logger.error(
                        "the database refused a batch of spends",
                        metadata: ["error": "\(error)", "spends": "\(batch.count)"])
                }
                throw error
            } catch let error where !(error is LostRace) {
                logger.error("a batch of spends failed", metadata: ["error": "\(error)"])
                throw error
            }
        }
    }

    private func attempt(_ batch: [PendingSpend]) async throws -> [Result<SpendAnswer, any Error>] {
        let plugins = plugins.inForce
        return try await pool.commit(for: batch.map(\.attempts), isUrgent: true) { connection in
            let (cards, facts) = try await prefetch.lockedFacts(
                for: batch.map(\.spend), plugins: plugins, on: connection)
            let recordedAt = now()
            var decision = BatchDecision(
                facts: facts, plugins: plugins, tables: tables, configuration: configuration,
                recordedAt: recordedAt)
            // Of the operators among the callers.
            var audits: [AuditEntry] = []
            let answers: [Result<SpendAnswer, any Error>] = batch.map { pending in
                if facts.busyCards.contains(ExactText(pending.spend.input.cardID)) {
                    pending.attempts.sitOut()
                    return .failure(GroupCommitPutOff())
                }
                return Result {
                    let answer = try decision.decide(pending.spend)
                    guard answer.replayed else {
                        pending.attempts.note(recordedAt)
                        if let audit = pending.audit { audits.append(audit) }
                        return answer
                    }
                    // What this call itself recorded, in an attempt whose answer was lost, is no replay.
                    let isOurs = pending.attempts.wrote(at: answer.recorded.recordedAt)
                    return SpendAnswer(recorded: answer.recorded, replayed: !isOurs)
                }
            }
            try await apply(decision.writes, audits, under: cards, recordedAt: recordedAt, on: connection)
            return answers
        }
    }

    private func apply(
        _ writes: BatchWrites, _ audits: [AuditEntry], under cards: LockedCards, recordedAt: PostgresTimestamp,
        on connection: PostgresConnection
    ) async throws {
        guard !writes.spends.isEmpty else { return }
        var statements: [PostgresStatement] = []
        if let held = HeldSpendStore.insert(writes.spends, under: cards) { statements.append(held) }
        let legs = writes.spends.flatMap { spend in
            spend.legs.map {
                LegStore.New(cardID: spend.decision.input.cardID, spendID: spend.decision.input.spendID, leg: $0)
            }
        }
        if let legs = LegStore.insert(legs, ofRelease: false, under: cards) { statements.append(legs) }
        if let totals = RunningTotalStore.write(writes.runningTotals, under: cards) { statements.append(totals) }
        if let totals = PeriodTotalStore.write(writes.periodTotals, under: cards) { statements.append(totals) }
        statements += positions.change(PositionChange.earned(writes.earnings), at: recordedAt)
        statements += audits.statements
        let (inserted, _) = try await connection.pipeline(
            SpendStore.insert(writes.spends, under: cards, recordedAt: recordedAt), statements)
        guard inserted == writes.spends.count else { throw LostRace() }
    }
}
