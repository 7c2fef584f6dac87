package import Logging
package import PostgreSQL
import Waiting

/// Compares yesterday with Cosmo's transactions once a day, and takes up days that were not brought to their end.
///
/// **Concurrency** Several workers, in any number of processes, share the work: a day is begun by one of them. `run()`
/// returns when its task is cancelled; the day under way is then begun again later.
package final class ReconciliationWorker: Sendable {
    /// How far back a day that was not brought to its end is taken up again.
    private static let daysBackMax: Int64 = 7

    private let pool: PostgresPool
    private let reconcile: ReconcileDay
    private let configuration: IssuanceConfiguration
    private let now: @Sendable () -> PostgresTimestamp
    private let logger: Logger
    private let signal = Signal()

    /// Makes a worker.
    package init(
        pool: PostgresPool, reconcile: ReconcileDay, configuration: IssuanceConfiguration,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) {
        self.pool = pool
        self.reconcile = reconcile
        self.configuration = configuration
        self.now = now
        self.logger = logger
    }

    /// Has the worker look at the clock now.
    package func wake() { signal.raise() }

    /// Compares what is due until the task is cancelled; only waits when the comparison is switched off.
    package func run() async throws {
        let isOn = configuration.isReconciliationEnabled && configuration.isIntervalLookupEnabled
        await WorkLoop(
            "reconciling with Cosmo", wake: signal, poll: isOn ? configuration.reconciliationPollInterval : nil,
            backoff: Backoff(
                base: configuration.reconciliationPollInterval, cap: configuration.reconciliationPollInterval,
                jitter: .equal),
            logger: logger
        ).run {
            if isOn { _ = try await reconcileDue() }
            return .idle()
        }
    }

    /// Compares the days that are due, oldest first, and returns those that were compared here.
    package func reconcileDue() async throws -> [ReconciliationDay] {
        let now = now()
        let today = ReconciliationDay(containing: now)
        let oldest = ReconciliationDay(number: today.number - Self.daysBackMax)
        var days = try await pool.all(ReconciliationStore.unfinished(since: oldest))
            .compactMap { $0 }.filter { $0 < today.previous }
        // What was sent just before midnight has until then to be confirmed.
        if now >= today.start.advanced(by: configuration.reconcileAfter) { days.append(today.previous) }
        var compared: [ReconciliationDay] = []
        for day in days where try await reconcile.unlessDone(day) {
            compared.append(day)
            logger.info("reconciled a day with Cosmo", metadata: ["day": "\(day.text)"])
        }
        return compared
    }
}
