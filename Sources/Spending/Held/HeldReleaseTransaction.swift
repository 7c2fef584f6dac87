import Cards
import Logging
import OperatorRecord
import PluginRuntime
import PostgreSQL
import Rewards

/// Decides what is held of one card, batch by batch: each a short transaction under the card's lock.
///
/// **Guarantees** Each spend once: its row of `held_spends` goes in the transaction that writes its release (I-5).
/// Oldest first. Between two batches the card is free, so its purchases and refunds go on. A crash at any point loses
/// nothing: what is on disk is decided and the rest still waits. One spend that cannot be decided stays held, until its
/// lifetime is over, and holds up no other.
struct HeldReleaseTransaction: Sendable {
    /// Who asks, and with that which spends are taken.
    enum Asker: Sendable, Hashable {
        /// The service by itself, as the settings say.
        case service
        /// An operator: everything, as long as the card has links.
        case `operator`
        /// The service, about one spend that was held too long and that the database refuses to have decided.
        case lifetime(spendNumber: Int64)
    }

    /// What a batch did.
    struct Batch: Sendable {
        /// What was decided.
        var released = 0
        /// What was excluded because it was held too long.
        var expired = 0
        /// Of what was excluded: what a link could not decide, by reason.
        var undecided: [String: Int] = [:]
        /// What stays held, by reason, although it was its turn.
        var obstacles: [String: Int] = [:]
        /// The decisions that were made.
        fileprivate(set) var decisions: [Decision] = []
        /// Whether positions moved.
        var hasEarned = false
        /// The number of the last spend that was looked at; nil when none can be behind it.
        var last: Int64?
    }

    let pool: PostgresPool
    let transaction: CardTransaction
    let plugins: any PluginsInForce
    let configuration: SpendingConfiguration
    let prefetch: BatchPrefetch
    let positions: any PositionSink
    let tables = ApportionmentCache()
    let now: @Sendable () -> PostgresTimestamp

    /// Decides the next held spends of a card.
    ///
    /// - Parameters:
    ///   - number: those behind this one.
    ///   - limit: how many at most.
    ///   - audit: Recorded when anything is released, with how much.
    /// **Errors** `SpendingError`, `PostgresError`; then nothing was done, or `COMMIT_UNKNOWN`.
    func run(
        cardID: String, after number: Int64, limit: Int, _ asker: Asker,
        audit: AuditEntry? = nil
    ) async throws -> Batch {
        do {
            return try await attempt(cardID, after: number, limit: limit, asker, audit: audit)
        } catch let error as PostgresError where error.meaning == .refusedRow {
            // One spend's numbers may be refused by the database: find it, and let the others be decided.
            guard limit > 1 else { return try await passOver(cardID, after: number, asker, error) }
            return try await run(cardID: cardID, after: number, limit: 1, asker, audit: audit)
        }
    }

    private func passOver(
        _ cardID: String, after number: Int64, _ asker: Asker, _ error: PostgresError
    ) async throws -> Batch {
        let instant = now()
        let choice = choice(asker, at: instant)
        let refused = try await pool.first(HeldSpendStore.next(cardID: cardID, after: number, limit: 1, choice))
        let reason = error.saysNumberIsOutOfRange ? SpendingError.Reason.rewardOverflow : .internalFault
        let passed = Batch(obstacles: [reason.rawValue: 1], last: refused?.number)
        guard asker == .service, let spend = refused?.spend, hasExpired(spend, at: instant) else { return passed }
        do {
            var batch = try await attempt(
                cardID, after: spend.spendNumber - 1, limit: 1, .lifetime(spendNumber: spend.spendNumber),
                audit: nil)
            batch.undecided = batch.expired > 0 ? [reason.rawValue: 1] : [:]
            batch.last = spend.spendNumber
            return batch
        } catch let error as PostgresError where error.meaning == .refusedRow {
            return passed
        }
    }

    private func attempt(
        _ cardID: String, after number: Int64, limit: Int, _ asker: Asker,
        audit: AuditEntry?
    ) async throws -> Batch {
        let patience = asker == .operator ? nil : CardTransaction.workerPatience
        let batch = try await transaction.inLine(of: cardID, patience: patience) {
            try await decideNext(cardID, after: number, limit: limit, asker, audit: audit)
        }
        for decision in batch.decisions { PluginFaults.count(in: decision) }
        return batch
    }

    private func decideNext(
        _ cardID: String, after number: Int64, limit: Int, _ asker: Asker,
        audit: AuditEntry?
    ) async throws -> Batch {
        // What an earlier run, whose answer was lost, meant to do, by spend.
        var meant: [Int64: SpendRelease.Outcome] = [:]
        return try await transaction.run { connection in
            let plugins = plugins.inForce
            let recordedAt = now()
            let (_, locked, inForce, found) = try await connection.pipeline(
                PostgresStatement.preferIndexes, CardLock(cardID), RunningTotalStore.readInForce([cardID]),
                HeldSpendStore.next(
                    cardID: cardID, after: number, limit: limit, choice(asker, at: recordedAt)))
            var facts = BatchFacts()
            try facts.take(locked.map { [$0.record] } ?? [], inForce, vectors: prefetch.vectors)
            guard let locked, let card = facts.cards[ExactText(cardID)] else { throw SpendingError.unknownCard }
            var rows = found
            if case .lifetime(let number) = asker { rows.removeAll { $0.number != number } }
            var batch = Batch(last: rows.count < limit ? nil : rows.last?.number)
            // What is gone from the list although an earlier run meant to decide it: that run was committed.
            for (gone, outcome) in meant where !rows.contains(where: { $0.number == gone }) {
                if outcome == .released { batch.released += 1 } else { batch.expired += 1 }
                batch.hasEarned = true
                batch.last = max(batch.last ?? gone, gone)
            }
            let before = batch
            let spends = rows.compactMap(\.spend)
            if spends.count < rows.count {
                batch.obstacles[SpendingError.Reason.decisionNotReproduced.rawValue] = rows.count - spends.count
            }
            guard !spends.isEmpty else { return batch }
            let (refunds, periodTotals, earned) = try await connection.pipeline(
                RefundMovementStore.standing(spends.map { (cardID: cardID, spendID: $0.spendID) }),
                PeriodTotalStore.read(periodKeys(of: spends, card, plugins)), EarnedStore.read([cardID]))
            facts.earned = Dictionary(earned, uniquingKeysWith: { $1 })
            facts.periodTotals = Dictionary(periodTotals, uniquingKeysWith: { $1 })
            var decision = HeldReleaseDecision(
                card, cardID: cardID,
                batch: BatchDecision(
                    facts: facts, plugins: plugins, tables: tables, configuration: configuration,
                    recordedAt: recordedAt),
                tables: tables, refunds: RefundMovementStore.bySpend(refunds))
            for spend in spends { decide(spend, asker, &decision, &batch) }
            for item in decision.releases {
                guard let spend = spends.first(where: { ExactText($0.spendID) == ExactText(item.spendID) }) else {
                    continue
                }
                meant[spend.spendNumber] = item.release.outcome
            }
            // What an earlier run decided is on record with it.
            var ofThisRun = batch
            ofThisRun.released -= before.released
            ofThisRun.expired -= before.expired
            let record = ofThisRun.released > 0 ? audit?.adding(["released": "\(ofThisRun.released)"]) : nil
            try await apply(decision, to: locked, recordedAt, also: record.statements, on: connection)
            batch.decisions = decision.releases.compactMap(\.release.decision)
            return batch
        }
    }

    /// A link decides what it may, before a lifetime ends it; what it cannot decide, the lifetime ends all the same.
    private func decide(
        _ spend: HeldSpendStore.Waiting, _ asker: Asker, _ decision: inout HeldReleaseDecision, _ batch: inout Batch
    ) {
        var undecided: String?
        if asker == .operator || asker == .service && spend.hasLaterLink && configuration.releasesHeldByItself {
            do throws(HeldReleaseDecision.Obstacle) {
                try decision.release(spend, asker == .operator ? .operator : .link)
                batch.released += 1
                batch.hasEarned = true
                return
            } catch {
                guard asker == .service, hasExpired(spend, at: decision.batch.recordedAt) else {
                    batch.obstacles[error.reason, default: 0] += 1
                    return
                }
                undecided = error.reason
            }
        }
        do throws(HeldReleaseDecision.Obstacle) {
            try decision.expire(spend)
            batch.expired += 1
            if let undecided { batch.undecided[undecided, default: 0] += 1 }
        } catch {
            batch.obstacles[error.reason, default: 0] += 1
        }
    }

    private func hasExpired(_ spend: HeldSpendStore.Waiting, at instant: PostgresTimestamp) -> Bool {
        configuration.heldLifetime.map { spend.heldSince <= instant.advanced(by: .zero - $0) } ?? false
    }

    private func choice(_ asker: Asker, at instant: PostgresTimestamp) -> HeldSpendStore.Choice {
        switch asker {
        case .operator: HeldSpendStore.Choice(isByLink: false, isByOperator: true)
        case .service, .lifetime:
            HeldSpendStore.Choice(
                isByLink: asker == .service && configuration.releasesHeldByItself, isByOperator: false,
                expiredSince: configuration.heldLifetime.map { instant.advanced(by: .zero - $0) })
        }
    }

    private func periodKeys(
        of spends: [HeldSpendStore.Waiting], _ card: BatchFacts.Card, _ plugins: PluginSet
    ) -> Set<PeriodKey> {
        let programs = configuration.fallback.afterHolding.programIDs(beside: card.inForce.weights)
        var keys: Set<PeriodKey> = []
        for programID in programs {
            guard let period = plugins.period(forProgram: programID) else { continue }
            for spend in spends {
                let input = spend.decision.input
                keys.insert(
                    PeriodKey(
                        cardID: input.cardID, programID: programID, period: period,
                        occurredAtMicros: input.purchase.occurredAtMicros))
            }
        }
        return keys
    }

    private func apply(
        _ decision: HeldReleaseDecision, to card: LockedCard, _ recordedAt: PostgresTimestamp,
        also others: [PostgresStatement], on connection: PostgresConnection
    ) async throws {
        let releases = decision.releases
        guard !releases.isEmpty else { return }
        let writes = decision.batch.writes
        let cards = LockedCards(card)
        var statements = [ReleaseStore.insert(releases, of: card, recordedAt: recordedAt)]
        let legs = releases.flatMap { item in
            item.release.legs.map { LegStore.New(cardID: card.id, spendID: item.spendID, leg: $0) }
        }
        if let legs = LegStore.insert(legs, ofRelease: true, under: cards) { statements.append(legs) }
        if let totals = RunningTotalStore.write(writes.runningTotals, under: cards) { statements.append(totals) }
        if let totals = PeriodTotalStore.write(writes.periodTotals, under: cards) { statements.append(totals) }
        statements += releases.flatMap(\.movements).map {
            RefundMovementStore.insert($0, of: card, recordedAt: recordedAt)
        }
        statements += positions.change(
            PositionChange.earned(writes.earnings) + PositionChange.clawedBack(decision.clawbacks), at: recordedAt)
        let (ended, _) = try await connection.pipeline(
            HeldSpendStore.delete(of: card, spendIDs: releases.map(\.spendID)),
            statements + others)
        // The card is locked, so nobody else ends the waiting of its spends.
        guard ended == releases.count else { throw SpendingError.internalFault }
    }
}
