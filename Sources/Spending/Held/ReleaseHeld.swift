package import Cards
package import OperatorRecord
package import PluginRuntime
package import PostgreSQL
import Rewards
package import Waiting

/// Decides what is held at once, because an operator asks for it: on one card, or on every card.
///
/// The preference in force decides, whether it is later than the one that held the money or not. A card without links
/// keeps what it holds.
///
/// **Guarantees** Safe to repeat and to run at once in several processes: each spend is decided once (I-5). Each batch
/// is one transaction, with the record of who asked.
package struct ReleaseHeld: Sendable {
    /// What a call did.
    package struct Report: Sendable, Hashable {
        /// Spends whose held money was decided.
        package internal(set) var released = 0
        /// Spends that stay held although their card has links, by reason.
        package internal(set) var obstacles: [String: Int] = [:]
    }

    private static let cardsPerRead = 200

    private let pool: PostgresPool
    private let transaction: HeldReleaseTransaction
    private let positionsDue: Signal
    private let spendsPerBatch: Int

    /// Makes the use case; the parameters are those of `RecordSpend` and ``RecordRefund``.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        plugins: any PluginsInForce, positions: any PositionSink,
        positionsDue: Signal = Signal(),
        spendsPerBatch: Int = ReleaseWorker.spendsPerBatch,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        self.positionsDue = positionsDue
        self.spendsPerBatch = spendsPerBatch
        transaction = HeldReleaseTransaction(
            pool: pool,
            transaction: CardTransaction(pool: pool, configuration: configuration),
            plugins: plugins, configuration: configuration,
            prefetch: BatchPrefetch(lateClearing: configuration.lateClearing, fallback: configuration.fallback),
            positions: positions, now: now)
    }

    /// Decides what a card holds, or what every card holds.
    ///
    /// - Parameters:
    ///   - cardID: the card; empty for every card.
    ///   - audit: Recorded about the card with each batch in which something was decided, with how much as `released`.
    /// **Errors** `INVALID_ARGUMENT`, `UNKNOWN_CARD`; `DATABASE_UNAVAILABLE` or `PostgresError` when nothing was done;
    /// `COMMIT_UNKNOWN` when batches were committed before the database went away: calling again goes on.
    package func callAsFunction(
        cardID: String = "",
        audit: AuditEntry? = nil
    ) async throws -> Report {
        if !cardID.isEmpty { try PurchaseCheck(prefix: "").identifier(cardID, "card_id") }
        var report = Report()
        do {
            if !cardID.isEmpty {
                try await release(cardID, &report, audit)
                return report
            }
            var place = ""
            while true {
                let cards = HeldSpendStore.cards(after: place, limit: Self.cardsPerRead)
                let rows = try await pool.withTransaction { connection in
                    try await connection.pipeline(PostgresStatement.preferIndexes, cards).1
                }
                for row in rows {
                    place = row.cardID
                    try await release(place, &report, audit)
                }
                if rows.count < Self.cardsPerRead { return report }
            }
        } catch let error as SpendingError where error.outcome == .notApplied && report.released > 0 {
            throw SpendingError.callCommitUnknown
        } catch let error as PostgresError where report.released > 0 && SpendingError(ofCall: error) != nil {
            throw SpendingError.callCommitUnknown
        }
    }

    private func release(
        _ cardID: String, _ report: inout Report, _ audit: AuditEntry?
    ) async throws {
        var number: Int64 = 0
        while true {
            try Task.checkCancellation()
            let batch = try await transaction.run(
                cardID: cardID, after: number, limit: spendsPerBatch, .operator, audit: audit?.about(cardID))
            report.released += batch.released
            report.obstacles.merge(batch.obstacles, uniquingKeysWith: +)
            if batch.hasEarned { positionsDue.raise() }
            guard let last = batch.last else { return }
            number = last
        }
    }
}
