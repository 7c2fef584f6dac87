package import Deliveries
package import Logging
import Metrics
package import PostgreSQL
import Rewards
import Waiting

/// The worker that applies stored deliveries, each in one transaction with its handler's effects.
///
/// **Guarantees**: an entry is settled in the transaction that applied it, so after a crash it is applied once in
/// effect; entries are taken in the order they became due; a handler that keeps failing parks its entry and stops
/// nothing else. An entry that was put off is taken when it is due; without news the worker looks once a minute. While
/// the inbox cannot be read the loops look for it later and later, at least every half minute; that it is away, and
/// that it is back, is logged once.
/// **Concurrency**: several processes may run it; entries are skipped while another holds them.
package struct InboxWorker: Sendable {
    private let inbox: Inbox
    private let pool: PostgresPool
    private let handlers: [InboxKind: any DeliveryHandler]
    private let configuration: Configuration
    private let logger: Logger
    private let now: @Sendable () -> PostgresTimestamp
    private let random: @Sendable (ClosedRange<Int64>) -> Int64
    private let kinds: [InboxKind]
    private let loop: WorkLoop

    /// The longest wait for an inbox that cannot be read, unless the poll interval is longer.
    private static let outageBackoffMax = Duration.seconds(30)
    /// How long a delivery rests whose card another transaction holds.
    private static let busyPause = Duration.milliseconds(250)

    /// Makes the worker; kinds without a handler are left waiting.
    package init(
        inbox: Inbox, pool: PostgresPool, handlers: [InboxKind: any DeliveryHandler],
        configuration: Configuration = Configuration(), logger: Logger,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        random: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { .random(in: $0) }
    ) {
        self.inbox = inbox
        self.pool = pool
        self.handlers = handlers
        self.configuration = configuration
        self.logger = logger
        self.now = now
        self.random = random
        kinds = handlers.keys.sorted { $0.rawValue < $1.rawValue }
        loop = WorkLoop(
            "reading the inbox", wake: inbox.arrivals, poll: configuration.pollInterval,
            rest: .init(until: pool.commits),
            backoff: Backoff(
                base: configuration.pollInterval, cap: max(Self.outageBackoffMax, configuration.pollInterval),
                jitter: .equal),
            random: random, logger: logger)
    }

    /// Says that deliveries may wait; costs nothing when the worker is busy.
    package func wake() { inbox.arrivals.raise() }

    /// Whether deliveries came that this process has not worked off yet.
    package var isBehind: Bool { loop.isBehind }

    /// Applies deliveries until the task is cancelled; transactions under way are finished or rolled back.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            group.addTask { await runFirstLane() }
            for _ in 1..<max(1, configuration.concurrency) {
                group.addTask {
                    await loop.run(polls: false) { try await applyNext() }
                }
            }
        }
    }

    /// Looks for what no signal announces: what comes due by time, and what another process left.
    private func runFirstLane() async {
        var seenWhenIdle: UInt64?
        await loop.run {
            let seen = inbox.arrivals.count
            let next = try await applyNext(looksAhead: true)
            if next == .more, seen == seenWhenIdle {
                // The other lanes were not woken for it, and there may be more.
                inbox.arrivals.raise()
            }
            seenWhenIdle = next == .more ? nil : seen
            return next
        }
    }

    /// Applies what is due now, one entry after the other, until nothing is; returns how many were taken.
    ///
    /// **Errors**: `PostgresError` when the database is away.
    @discardableResult
    package func applyDue() async throws -> Int {
        var count = 0
        while try await applyNext() == .more { count += 1 }
        return count
    }

    private enum Step: Sendable {
        case nothingDue(until: PostgresTimestamp?)
        case ended(InboxEntry, DeliveryVerdict)
        case prepare(InboxEntry)
    }

    /// Takes one entry to an end, if one is due.
    ///
    /// - Parameter looksAhead: Whether to ask, when none is due, when the next one is.
    private func applyNext(looksAhead: Bool = false) async throws -> WorkLoop.Next {
        let failed = FailedEntry()
        do {
            let step = try await pool.withTransaction(vouches: false) { connection in
                let now = now()
                guard let entry = try await connection.first(InboxStore.claim(kinds: kinds, now: now)),
                    let handler = handlers[entry.kind]
                else {
                    guard looksAhead else { return Step.nothingDue(until: nil) }
                    let nextDueAt = try await connection.first(InboxStore.nextDueAt(kinds: kinds, after: now))
                    return Step.nothingDue(until: nextDueAt)
                }
                failed.set(entry)
                let verdict = try await handler.apply(entry.due, on: connection)
                return try await settle(entry, verdict, connection)
            }
            switch step {
            case .nothingDue(let nextDueAt): return .idle(atMost: nextDueAt.map { $0.duration(since: now()) })
            case .ended(let entry, let verdict): record(entry, verdict)
            case .prepare(let entry): try await applyPrepared(entry)
            }
        } catch let error where !(error is CancellationError) {
            guard let entry = failed.entry else { throw error }
            try await recordFailure(entry, error)
        }
        return .more
    }

    private func applyPrepared(_ entry: InboxEntry) async throws {
        guard let handler = handlers[entry.kind] else { return }
        let apply = try await handler.prepared(entry.due)
        let step = try await pool.withTransaction(vouches: false) { connection in
            // Another worker may have taken over after the lease, or an operator replayed it: then there is nothing to
            // do.
            guard let entry = try await connection.first(InboxStore.lockReceived(entry.id)) else {
                return Step.nothingDue(until: nil)
            }
            return try await settle(entry, apply(entry.due, connection), connection)
        }
        switch step {
        case .nothingDue: return
        case .ended(let entry, let verdict): record(entry, verdict)
        case .prepare: throw PreparationError.preparesTwice
        }
    }

    /// Writes a verdict in the transaction of the effects it is about.
    private func settle(
        _ entry: InboxEntry, _ verdict: DeliveryVerdict, _ connection: PostgresConnection
    ) async throws -> Step {
        let now = now()
        let statement: PostgresStatement
        switch verdict {
        case .applied(let note): statement = InboxStore.settle(entry.id, .applied, reason: note, now: now)
        case .held(let reason): statement = InboxStore.settle(entry.id, .held, reason: reason, now: now)
        case .parked(let reason): statement = InboxStore.settle(entry.id, .parked, reason: reason, now: now)
        case .retry(let wait, let reason):
            statement = InboxStore.putOff(
                entry.id, until: now.advanced(by: wait), reason: reason, countsAttempt: true)
        case .prepare:
            statement = InboxStore.putOff(
                entry.id, until: now.advanced(by: configuration.lease), reason: nil, countsAttempt: false)
        }
        _ = try await connection.query(statement)
        return verdict == .prepare ? .prepare(entry) : .ended(entry, verdict)
    }

    /// A handler threw: its transaction left nothing, so the entry is put off, or parked after too many tries.
    private func recordFailure(_ entry: InboxEntry, _ error: any Error) async throws {
        if let error = error as? PostgresError, error.meaning == .contended {
            // Another transaction holds the card. Other deliveries go on meanwhile.
            let putOff = InboxStore.putOff(
                entry.id, until: now().advanced(by: Self.busyPause), reason: nil, countsAttempt: false)
            _ = try await pool.query(putOff)
            count(entry, "busy")
            return
        }
        let isLast = entry.attempts + 1 >= configuration.attemptsMax
        let isOurs = (error as? PostgresError).map { !$0.meaning.isOutage } ?? true
        logger.warning(
            "a delivery could not be applied",
            metadata: [
                "inbox_id": "\(entry.id)", "kind": "\(entry.kind.rawValue)", "attempt": "\(entry.attempts + 1)",
                // A database error quotes no value; other errors may hold personal data.
                "error": "\((error as? PostgresError)?.description ?? "\(type(of: error))")",
            ])
        let now = now()
        let statement =
            isLast && isOurs
            ? InboxStore.settle(entry.id, .parked, reason: InboxEntry.handlerFailed, now: now)
            : InboxStore.putOff(
                entry.id, until: now.advanced(by: pause(afterAttempts: entry.attempts + 1)),
                reason: InboxEntry.handlerFailed, countsAttempt: isOurs)
        _ = try await pool.query(statement)
        count(entry, isLast && isOurs ? "failed" : "retry")
    }

    private func record(_ entry: InboxEntry, _ verdict: DeliveryVerdict) {
        switch verdict {
        case .applied, .held: handlers[entry.kind]?.committed()
        case .parked, .retry, .prepare: break
        }
        switch verdict {
        case .applied: count(entry, "applied")
        case .retry: count(entry, "retry")
        case .prepare: break
        case .held(let reason), .parked(let reason):
            let isHeld = verdict == .held(reason: reason)
            count(entry, isHeld ? "held" : "parked")
            logger.notice(
                "a delivery waits for a person",
                metadata: [
                    "inbox_id": "\(entry.id)", "kind": "\(entry.kind.rawValue)",
                    "status": "\(isHeld ? "held" : "parked")", "reason": "\(reason)",
                ])
        }
    }

    private func count(_ entry: InboxEntry, _ result: String) {
        Counter(
            label: "multibrand_inbox_applied_total", dimensions: [("kind", entry.kind.rawValue), ("result", result)]
        ).increment()
    }

    private func pause(afterAttempts attempts: Int) -> Duration {
        Backoff(base: configuration.backoffMin, cap: configuration.backoffMax)
            .pause(afterFailures: attempts, random: random)
    }
}

extension InboxWorker {
    /// How the worker goes about it.
    package struct Configuration: Sendable, Hashable {
        /// How many entries are applied at once.
        package var concurrency: Int
        /// How soon the worker looks again after something was written that no signal announces.
        package var pollInterval: Duration
        /// How often a failing handler is tried before its entry is parked.
        package var attemptsMax: Int
        /// How long preparation may take before another worker may take the entry over.
        package var lease: Duration
        /// The longest wait after a first failure; it doubles with each.
        package var backoffMin: Duration
        /// The longest wait of all.
        package var backoffMax: Duration

        /// Makes a configuration.
        package init(
            concurrency: Int = 4, pollInterval: Duration = .seconds(1), attemptsMax: Int = 12,
            lease: Duration = .seconds(60), backoffMin: Duration = .milliseconds(500),
            backoffMax: Duration = .seconds(300)
        ) {
            self.concurrency = concurrency
            self.pollInterval = pollInterval
            self.attemptsMax = attemptsMax
            self.lease = lease
            self.backoffMin = backoffMin
            self.backoffMax = backoffMax
        }
    }
}
