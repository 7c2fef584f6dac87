package import Cards
package import Logging
package import PostgreSQL
import Rewards
package import Waiting

/// Takes the refunds that came before their spends, as soon as those are recorded: the spend that a refund names, or
/// enough clearings of the authorisation that it names. Takes those, too, that were held because the service lacked the
/// plugin that decided the spend, once a release that has it runs.
///
/// **Guarantees** Whatever wakes it is a hint only: it sweeps from time to time, so a refund whose spend was recorded
/// by another process is taken too. Several workers on one database take each refund once.
/// **Concurrency** `run()` is called once and ends when its task is cancelled.
package final class RefundWorker: Sendable {
    /// The result of one sweep.
    package struct Report: Sendable, Hashable {
        /// Refunds that were taken.
        package internal(set) var applied = 0
        /// Refunds that did not fit their spend and wait for an operator from now on.
        package internal(set) var held = 0
        /// Cards that another transaction held: their refunds were left for the next sweep.
        package internal(set) var busyCards = 0
    }

    private let pool: PostgresPool
    private let settle: SettleWaitingRefund
    private let sweepEvery: Duration
    private let retryHeldEvery: Duration
    private let logger: Logger
    private let spendsRecorded: Signal

    private static let rowsPerRead = 200
    /// How long it rests after a sweep at least, so that a stream of spends does not make it sweep all the time.
    private static let restMin = Duration.milliseconds(50)
    /// How soon it comes back for cards that were busy; the pause doubles with each sweep that finds some.
    private static let busyBackoffBase = Duration.milliseconds(500)

    /// Makes the worker; the parameters are those of ``RecordRefund``, and the signal that spends were recorded.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        pinnedPlugins: @escaping PinnedPlugins, positions: any PositionSink,
        positionsDue: Signal = Signal(), spendsRecorded: Signal = Signal(), sweepEvery: Duration = .seconds(5),
        retryHeldEvery: Duration = .seconds(60), now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        logger: Logger
    ) {
        self.pool = pool
        self.sweepEvery = sweepEvery
        self.retryHeldEvery = retryHeldEvery
        self.spendsRecorded = spendsRecorded
        self.logger = logger
        settle = SettleWaitingRefund(
            desk: RefundDesk(
                pool: pool, configuration: configuration, pinnedPlugins: pinnedPlugins, positions: positions,
                positionsDue: positionsDue, now: now),
            policy: configuration.refundAttribution)
    }

    /// Sweeps until the task is cancelled.
    package func run() async {
        // At the start, since a plugin comes back with another release; then rarely, since each costs a transaction.
        var nextRetryOfHeld = ContinuousClock.now
        var busySweeps = 0
        let busyBackoff = Backoff(
            base: min(Self.busyBackoffBase, sweepEvery), cap: max(Self.busyBackoffBase, sweepEvery), jitter: .equal)
        await WorkLoop(
            "taking waiting refunds", wake: spendsRecorded, poll: sweepEvery,
            rest: .init(until: pool.commits),
            backoff: Backoff(base: sweepEvery, cap: sweepEvery, jitter: .equal), logger: logger
        ).run {
            let start = ContinuousClock.now
            var busyCards = try await sweep().busyCards
            if nextRetryOfHeld <= start {
                busyCards += try await retryHeld().busyCards
                nextRetryOfHeld = start + retryHeldEvery
            }
            busySweeps = busyCards > 0 ? busySweeps + 1 : 0
            // So that a stream of spends causes few sweeps.
            let rest = max(Self.restMin, start.duration(to: .now) * 5)
            try await Task.sleep(for: min(rest, sweepEvery))
            return .idle(atMost: busySweeps > 0 ? busyBackoff.pause(afterFailures: busySweeps) : nil)
        }
    }

    /// Takes every waiting refund whose spend is here, and every one that is held until its authorisation has cleared,
    /// when enough of it has and is open; each once, in the order they were recorded. Those of a card that another
    /// transaction holds are left for the next sweep.
    ///
    /// **Errors** `SpendingError`, `PostgresError`, when not even the rows can be read; a refund that fails alone is
    /// logged and left waiting.
    /// **Cost** An index look-up for each waiting refund and each that is held for its authorisation, and a transaction
    /// for each whose spends are here.
    package func sweep() async throws -> Report {
        let linkReasons = settle.policy.rules.contains(.exactLink) ? RefundAttribution.HoldReason.ofLinks : []
        return try await take {
            RefundStore.ready(after: $0, limit: Self.rowsPerRead, linkReasons: linkReasons)
        }
    }

    /// Tries each refund again that names its spend or its authorisation and is held because a plugin was missing
    /// (`PLUGIN_UNAVAILABLE`), once.
    ///
    /// What still lacks it stays as it is. One that names neither is left to its operator: its card's spends have
    /// changed.
    ///
    /// **Errors** As ``sweep()``.
    /// **Cost** Reads the index of held refunds, and a transaction for each that is tried.
    package func retryHeld() async throws -> Report {
        try await take { RefundStore.lackingPlugin(after: $0, limit: Self.rowsPerRead) }
    }

    private func take(_ next: @Sendable (_ place: Int64) -> Query<RefundStore.Place>) async throws -> Report {
        var report = Report()
        var busy: Set<ExactText> = []
        var place: Int64 = 0
        while true {
            let refunds = next(place)
            let rows = try await pool.withTransaction(vouches: false) { connection in
                try await connection.pipeline(PostgresStatement.preferIndexes, refunds).1
            }
            for row in rows {
                try Task.checkCancellation()
                place = row.number
                guard !busy.contains(ExactText(row.cardID)) else { continue }
                do {
                    switch try await settle(row.refundID, ofCard: row.cardID) {
                    case .applied: report.applied += 1
                    case .held: report.held += 1
                    case .waiting, .undone, nil: break
                    }
                } catch let error as SpendingError where error.reason == .contention {
                    // Another transaction holds the card. Other cards' refunds do not wait for it.
                    busy.insert(ExactText(row.cardID))
                } catch let error as SpendingError
                    where error.outcome == .notApplied && error.reason != .databaseUnavailable
                {
                    logger.error(
                        "a waiting refund could not be taken", metadata: ["reason": "\(error.reasonText)"])
                } catch let error as PostgresError where error.meaning == .refusedRow {
                    // Those behind it must not wait until somebody fixes it.
                    logger.error("the database refused a waiting refund", metadata: ["error": "\(error)"])
                }
            }
            report.busyCards = busy.count
            if rows.count < Self.rowsPerRead { return report }
        }
    }
}
