package import Cosmo
package import Logging
package import PostgreSQL
import Waiting

/// Writes the heartbeat, notices another server, compares with Cosmo while a recovery is open, and ends it when
/// everything is explained.
///
/// **Concurrency** Several workers, in any number of processes, share the work: one makes a comparison. `run()` returns
/// when its task is cancelled; the comparison under way is then made again later.
package final class RecoveryWorker: Sendable {
    private let pool: PostgresPool
    private let configuration: IssuanceConfiguration
    private let compare: CompareRecovery
    private let fence: IssuingFence
    private let now: @Sendable () -> PostgresTimestamp
    private let onEnded: @Sendable () -> Void
    private let logger: Logger
    private let signal = Signal()

    /// Makes a worker; `onEnded` is called when a recovery ended, to wake the sender.
    package init(
        pool: PostgresPool, cosmo: any CosmoAPI, configuration: IssuanceConfiguration, cards: CardDirectory,
        adopt: AdoptIssuance, now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        onEnded: @escaping @Sendable () -> Void = {}, logger: Logger
    ) {
        self.pool = pool
        self.configuration = configuration
        self.compare = CompareRecovery(
            pool: pool, configuration: configuration,
            listing: CosmoListing(cosmo: cosmo, configuration: configuration), cards: cards, adopt: adopt, now: now,
            logger: logger)
        self.fence = IssuingFence(configuration: configuration, logger: logger)
        self.now = now
        self.onEnded = onEnded
        self.logger = logger
    }

    /// Has the worker look at once.
    package func wake() { signal.raise() }

    /// Works until the task is cancelled. A comparison may take long, and heartbeats go on meanwhile.
    package func run() async throws {
        let heartbeats = WorkLoop(
            "writing the recovery heartbeat", poll: configuration.recoveryPollInterval,
            backoff: configuration.loopBackoff,
            logger: logger)
        // Without a poll interval: as long as a recovery is open, each heartbeat says so.
        let recoveries = WorkLoop(
            "working on a recovery", wake: signal, poll: nil, backoff: configuration.loopBackoff, logger: logger)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await heartbeats.run {
                    if try await self.beat() { self.signal.raise() }
                    return .idle()
                }
            }
            group.addTask { await recoveries.run { try await self.recover() ? .more : .idle() } }
        }
    }

    /// One round of both: a heartbeat, then what a recovery needs; returns whether a comparison was made.
    @discardableResult
    package func step() async throws -> Bool {
        guard try await beat() else { return false }
        return try await recover()
    }

    /// Looks at the server and writes the heartbeat; returns whether a recovery is open.
    private func beat() async throws -> Bool {
        try await pool.withTransaction(vouches: false, makesWork: false) { connection in
            try await self.fence.isUp(at: self.now(), writesHeartbeat: true, on: connection)
        }
    }

    /// Makes the comparison that is due, if one is, and ends the recovery when everything is explained; returns whether
    /// one was made.
    private func recover() async throws -> Bool {
        let compared = try await compare.callIfDue()
        let end = RecoveryStore.endIfExplained(at: now())
        if let number = try await pool.first(end) {
            logger.notice(
                "the books have been compared with Cosmo; issuing resumes", metadata: ["recovery": "\(number)"])
            onEnded()
        }
        return compared
    }
}
