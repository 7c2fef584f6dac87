public import PluginRuntime
public import PostgreSQL
import Rewards

/// Decides anew what a program's parked legs earn, with the plugin in force now.
///
/// A leg parks when its plugin fails; it keeps its amount (I-1). Here the plugin is asked about that amount again. What it
/// would refuse stays in the leg and earns nothing, since the other programs' shares are settled. The spend's stored
/// decision is not touched; the leg pins the plugin, configuration and period totals that decided it at last (I-9). A leg
/// whose spend is refunded in part earns in full, and what the refunded part earned is taken back in the same transaction
/// (I-2, I-4).
///
/// **Guarantees** Safe to repeat and to run at once in several processes: a leg earns once. Each batch is one transaction
/// with the position it adds to.
public struct RetryParkedLegs: Sendable {
    /// What one retry came to.
    public struct Report: Sendable, Hashable {
        /// Legs that have earned now, also those that earned zero.
        public internal(set) var settled = 0
        /// Legs whose plugin failed again, by reason.
        public internal(set) var parkedAgain: [String: Int] = [:]
    }

    private let pool: PostgresPool
    private let plugins: @Sendable () -> PluginSet
    private let earningSink: EarningSink
    private let clawbackSink: ClawbackSink
    private let now: @Sendable () -> PostgresTimestamp
    private let tables = ApportionmentCache()
    private let onEarned: @Sendable () -> Void
    private let legsPerBatch: Int

    /// Makes the use case; the parameters are those of `RecordSpend` and ``RecordRefund``.
    public init(
        pool: PostgresPool, plugins: @escaping @Sendable () -> PluginSet, earningSink: @escaping EarningSink,
        clawbackSink: @escaping ClawbackSink, onEarned: @escaping @Sendable () -> Void = {}, legsPerBatch: Int = 200,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        self.plugins = plugins
        self.earningSink = earningSink
        self.clawbackSink = clawbackSink
        self.now = now
        self.onEarned = onEarned
        self.legsPerBatch = legsPerBatch
    }

    /// Walks through the program's parked legs once, in batches.
    ///
    /// **Errors** `SpendingError` with `INVALID_ARGUMENT`; `PostgresError`, with the batches before it committed: calling
    /// again goes on.
    public func callAsFunction(programID: String) async throws -> Report {
        guard programID.isIdentifier else {
            throw SpendingError(
                .invalidArgument, "program_id must be 1 to 128 bytes of UTF-8 without control characters",
                field: "program_id")
        }
        var report = Report()
        var place = (cardID: "", spendID: "")
        while true {
            let next = try await pool.withConnection { connection in
                try await connection.pipeline([
                    LegStore.parkedCards(programID: programID, after: place, limit: legsPerBatch)
                ])[0]
            }
            guard let last = next.last else { return report }
            let legs = try next.map {
                (cardID: try $0.get(0, as: String.self), spendID: try $0.get(1, as: String.self))
            }
            place = (try last.get(0), try last.get(1))
            let batch = try await pool.withTransaction { connection in
                try await retry(programID, legs, on: connection)
            }
            report.settled += batch.settled
            report.parkedAgain.merge(batch.parkedAgain, uniquingKeysWith: +)
            if batch.settled > 0 { onEarned() }
        }
    }

    private func retry(
        _ programID: String, _ legs: [(cardID: String, spendID: String)], on connection: PostgresConnection
    ) async throws -> Report {
        let plugins = plugins()
        // The cards' locks order this with the spends of the same cards, whose period totals it moves.
        let read = try await connection.pipeline([
            CardStore.lock(legs.map(\.cardID)),
            LegStore.lockParked(programID: programID, cardIDs: legs.map(\.cardID), spendIDs: legs.map(\.spendID)),
            RefundMovementStore.standing(legs),
        ])
        let parked = try read[1].map { try LegStore.parked($0) }
        var keys: Set<PeriodKey> = []
        for leg in parked { if let key = Self.periodKey(leg, programID, plugins) { keys.insert(key) } }
        var settlement = ParkedLegSettlement(programID: programID, plugins: plugins, tables: tables)
        settlement.refunds = try RefundMovementStore.standing(read[2])
        if !keys.isEmpty {
            let result = try await connection.pipeline([PeriodTotalStore.read(keys)])
            settlement.periodTotals = try PeriodTotalStore.totals(result[0])
        }
        for leg in parked { settlement.settle(leg, Self.periodKey(leg, programID, plugins)) }
        guard !settlement.settled.isEmpty else { return settlement.report }
        var statements = [LegStore.settle(programID: programID, settlement.settled)]
        if let totals = PeriodTotalStore.write(settlement.changedTotals) { statements.append(totals) }
        let earnings = settlement.writes.sortedEarnings
        if !earnings.isEmpty { statements += earningSink(earnings) }
        let movedAt = now()
        statements += settlement.movements.map {
            RefundMovementStore.insert($0.movement, cardID: $0.cardID, recordedAt: movedAt)
        }
        let clawbacks = settlement.clawbacks.sorted { $0.key < $1.key }.map {
            SpendClawback(cardID: $0.key.cardID.text, programID: programID, unit: $0.key.unit, micro: $0.value)
        }
        if !clawbacks.isEmpty { statements += clawbackSink(clawbacks) }
        _ = try await connection.pipeline(statements)
        return settlement.report
    }

    private static func periodKey(_ leg: LegStore.Parked, _ programID: String, _ plugins: PluginSet) -> PeriodKey? {
        plugins.period(forProgram: programID).map {
            PeriodKey(
                cardID: leg.cardID, programID: programID, period: $0,
                occurredAtMicros: leg.decision.input.occurredAtMicros)
        }
    }
}
