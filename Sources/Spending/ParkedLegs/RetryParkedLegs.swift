package import Cards
package import OperatorRecord
package import PluginRuntime
package import PostgreSQL
import Rewards
package import Waiting

/// Decides again what a program's parked legs earn, with the plugin in force now.
///
/// A leg parks when its plugin fails; it keeps its amount (I-1). Here the plugin is asked about that amount again. What
/// it would refuse stays in the leg and earns nothing, since the other programs' shares are settled. The spend's stored
/// decision is not touched; the leg pins the plugin, configuration and period totals that decided it at last (I-9). A
/// leg whose spend is refunded in part earns in full, and what the refunded part earned is taken back in the same
/// transaction (I-2, I-4).
///
/// **Guarantees** Safe to repeat and to run at once in several processes: a leg earns once. Each batch is one
/// transaction with the positions it adds to and with the record of who asked. A leg that cannot be decided, its
/// spend's stored bytes being unreadable or its plugin failing again, stays parked and holds up no other; so does one
/// that would earn beyond what a position holds.
package struct RetryParkedLegs: Sendable {
    /// The result of one retry.
    package struct Report: Sendable, Hashable {
        /// Legs that have earned now, also those that earned zero.
        package internal(set) var settled = 0
        /// Legs that are still parked, by reason: their plugin failed again, their spend's decision cannot be read
        /// (`DECISION_NOT_REPRODUCED`), or the card would have earned more than a position holds (`REWARD_OVERFLOW`).
        package internal(set) var parkedAgain: [String: Int] = [:]
    }

    /// The result of one batch, and its legs.
    private struct Batch {
        var report = Report()
        var settled: Set<LegKey> = []
        var parked: Set<LegKey> = []
    }

    /// Which leg of the program: a spend has one at most, and its release another.
    private struct LegKey: Hashable {
        let cardID: ExactText
        let spendID: ExactText
        let isOfRelease: Bool

        init(_ cardID: String, _ spendID: String, isOfRelease: Bool) {
            self.cardID = ExactText(cardID)
            self.spendID = ExactText(spendID)
            self.isOfRelease = isOfRelease
        }
    }

    private let pool: PostgresPool
    private let transaction: CardTransaction
    private let plugins: any PluginsInForce
    private let positions: any PositionSink
    private let now: @Sendable () -> PostgresTimestamp
    private let tables = ApportionmentCache()
    private let positionsDue: Signal
    private let legsPerBatch: Int

    /// Makes the use case; the parameters are those of `RecordSpend` and ``RecordRefund``.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        plugins: any PluginsInForce, positions: any PositionSink,
        positionsDue: Signal = Signal(), legsPerBatch: Int = 200,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        transaction = CardTransaction(pool: pool, configuration: configuration)
        self.plugins = plugins
        self.positions = positions
        self.now = now
        self.positionsDue = positionsDue
        self.legsPerBatch = legsPerBatch
    }

    /// Walks through the program's parked legs once, in batches.
    ///
    /// - Parameter audit: Recorded with each batch in which legs have earned, with how many as `settled`; not with one
    ///   that changes nothing.
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT`; `DATABASE_UNAVAILABLE` or `PostgresError` when nothing was
    /// done; `COMMIT_UNKNOWN` when batches were committed before the database went away, or one's outcome could not be
    /// found out: calling again goes on. `PostgresError` of a batch that is refused, with those before it committed.
    package func callAsFunction(
        programID: String, audit: AuditEntry? = nil
    ) async throws -> Report {
        guard programID.isIdentifier else {
            throw SpendingError(
                .invalidArgument, "program_id must be 1 to 128 bytes of UTF-8 without control characters",
                field: "program_id")
        }
        var report = Report()
        var place = (cardID: "", spendID: "")
        do {
            while true {
                let legs = try await next(programID, after: place)
                guard let last = legs.last else { return report }
                place = last
                let batch = try await retry(programID, legs, audit: audit)
                report.settled += batch.settled
                report.parkedAgain.merge(batch.parkedAgain, uniquingKeysWith: +)
                if batch.settled > 0 { positionsDue.raise() }
            }
        } catch let error as SpendingError where error.outcome == .notApplied && report.settled > 0 {
            throw SpendingError.callCommitUnknown
        } catch let error as PostgresError where report.settled > 0 && SpendingError(ofCall: error) != nil {
            throw SpendingError.callCommitUnknown
        }
    }

    /// The next parked legs after a place.
    private func next(
        _ programID: String, after place: (cardID: String, spendID: String)
    ) async throws -> [(cardID: String, spendID: String)] {
        try await pool.all(LegStore.parkedCards(programID: programID, after: place, limit: legsPerBatch))
    }

    /// Decides one batch in one transaction; what a run whose answer was lost has settled is found by the next.
    private func retry(
        _ programID: String, _ legs: [(cardID: String, spendID: String)],
        audit: AuditEntry?
    ) async throws -> Report {
        var tried: Set<LegKey> = []
        return try await transaction.run { connection in
            var batch = try await decide(programID, legs, audit: audit, on: connection)
            // A leg that an earlier run of this one tried to settle and that is parked no more: that run was committed.
            batch.report.settled += tried.subtracting(batch.parked).subtracting(batch.settled).count
            tried.formUnion(batch.settled)
            return batch.report
        }
    }

    private func decide(
        _ programID: String, _ legs: [(cardID: String, spendID: String)],
        audit: AuditEntry?, on connection: PostgresConnection
    ) async throws -> Batch {
        let plugins = plugins.inForce
        // The cards' locks order this with the spends of the same cards, whose period totals it moves.
        let cardIDs = Set(legs.map { ExactText($0.cardID) }).map(\.text)
        let (cards, found, refunds, earned) = try await connection.pipeline(
            CardsLock(legs.map(\.cardID), busy: .awaited),
            LegStore.lockParked(programID: programID, cardIDs: legs.map(\.cardID), spendIDs: legs.map(\.spendID)),
            RefundMovementStore.standing(legs), EarnedStore.read(cardIDs, programID: programID))
        let parked = found.compactMap(\.self)
        var keys: Set<PeriodKey> = []
        for leg in parked { if let key = Self.periodKey(leg, programID, plugins) { keys.insert(key) } }
        var settlement = ParkedLegSettlement(
            programID: programID, plugins: plugins, tables: tables, unreadable: found.count - parked.count)
        settlement.refunds = RefundMovementStore.bySpend(refunds)
        settlement.earned = Dictionary(earned, uniquingKeysWith: { $1 })
        if !keys.isEmpty {
            let totals = try await connection.all(PeriodTotalStore.read(keys))
            settlement.periodTotals = Dictionary(totals, uniquingKeysWith: { $1 })
        }
        for leg in parked { settlement.settle(leg, Self.periodKey(leg, programID, plugins)) }
        let batch = Batch(
            report: settlement.report,
            settled: Set(settlement.settled.map { LegKey($0.cardID, $0.spendID, isOfRelease: $0.isOfRelease) }),
            parked: Set(parked.map { LegKey($0.cardID, $0.spendID, isOfRelease: $0.isOfRelease) }))
        guard !settlement.settled.isEmpty else { return batch }
        var statements = [LegStore.settle(programID: programID, settlement.settled, under: cards)]
        if let totals = PeriodTotalStore.write(settlement.changedTotals, under: cards) { statements.append(totals) }
        let movedAt = now()
        let locked = Dictionary(cards.map { (ExactText($0.id), $0) }, uniquingKeysWith: { $1 })
        for (cardID, movement) in settlement.movements {
            guard let card = locked[ExactText(cardID)] else { throw SpendingError.internalFault }
            statements.append(RefundMovementStore.insert(movement, of: card, recordedAt: movedAt))
        }
        statements += positions.change(
            PositionChange.earned(settlement.writes.earnings) + PositionChange.clawedBack(settlement.clawbacks),
            at: movedAt)
        let record = audit?.adding(["settled": "\(settlement.report.settled)"])
        _ = try await connection.pipeline(statements + record.statements)
        return batch
    }

    private static func periodKey(_ leg: LegStore.Parked, _ programID: String, _ plugins: PluginSet) -> PeriodKey? {
        plugins.period(forProgram: programID).map {
            PeriodKey(
                cardID: leg.cardID, programID: programID, period: $0,
                occurredAtMicros: leg.decision.input.purchase.occurredAtMicros)
        }
    }
}
