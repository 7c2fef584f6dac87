public import Logging
import Metrics
public import PostgreSQL

/// The worker that applies stored deliveries, each in one transaction with its handler's effects.
///
/// **Guarantees**: an entry is settled in the transaction that applied it, so after a crash it is applied once in effect;
/// entries are taken in the order they became due; a handler that keeps failing parks its entry and stops nothing else.
/// **Concurrency**: several processes may run it; entries are skipped while another holds them.
public struct InboxWorker: Sendable {
    private let inbox: Inbox
    private let pool: PostgresPool
    private let handlers: [InboxKind: InboxHandler]
    private let configuration: Configuration
    private let logger: Logger
    private let now: @Sendable () -> PostgresTimestamp
    private let random: @Sendable (ClosedRange<Int64>) -> Int64

    /// Makes the worker; kinds without a handler are left waiting.
    public init(
        inbox: Inbox, pool: PostgresPool, handlers: [InboxKind: InboxHandler],
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
    }

    /// Applies deliveries until the task is cancelled; transactions under way are finished or rolled back.
    public func run() async throws {
        await withDiscardingTaskGroup { group in
            for _ in 0..<max(1, configuration.concurrency) { group.addTask { await runLoop() } }
        }
    }

    /// Applies what is due now, one entry after the other, until nothing is; returns how many were taken.
    ///
    /// **Errors**: `PostgresError` when the database is away.
    @discardableResult
    public func applyDue() async throws -> Int {
        var count = 0
        while try await applyNext() { count += 1 }
        return count
    }

    private func runLoop() async {
        while !Task.isCancelled {
            let seen = inbox.arrivals.count
            do {
                if try await applyNext() { continue }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("the inbox could not be read", metadata: ["error": "\(error)"])
            }
            await pause(beyond: seen)
        }
    }

    /// Waits for an arrival, at most as long as the poll interval.
    private func pause(beyond seen: UInt64) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: configuration.pollInterval) }
            group.addTask { await inbox.arrivals.wait(beyond: seen) }
            await group.next()
            group.cancelAll()
        }
    }

    private enum Step: Sendable {
        case nothingDue
        case ended(InboxEntry, InboxVerdict)
        case prepare(InboxEntry)
    }

    /// Takes one entry to an end; false when none is due.
    private func applyNext() async throws -> Bool {
        let failed = FailedEntry()
        do {
            let step = try await pool.withTransaction { connection in
                guard
                    let entry = try await InboxStore.claim(
                        kinds: handlers.keys.sorted { $0.rawValue < $1.rawValue }, now: now(), connection),
                    let handler = handlers[entry.kind]
                else { return Step.nothingDue }
                failed.set(entry)
                let verdict = try await handler.apply(entry, connection)
                return try await settle(entry, verdict, connection)
            }
            switch step {
            case .nothingDue: return false
            case .ended(let entry, let verdict): record(entry, verdict)
            case .prepare(let entry): try await applyPrepared(entry)
            }
        } catch let error where !(error is CancellationError) {
            guard let entry = failed.entry else { throw error }
            try await recordFailure(entry, error)
        }
        return true
    }

    private func applyPrepared(_ entry: InboxEntry) async throws {
        guard let prepare = handlers[entry.kind]?.prepare else {
            throw InboxHandlerError.preparesNothing
        }
        let apply = try await prepare(entry)
        let step = try await pool.withTransaction { connection in
            // Another worker may have taken over after the lease, or an operator replayed it: then there is nothing to do.
            guard let entry = try await InboxStore.lockReceived(entry.id, connection) else { return Step.nothingDue }
            return try await settle(entry, apply(entry, connection), connection)
        }
        switch step {
        case .nothingDue: return
        case .ended(let entry, let verdict): record(entry, verdict)
        case .prepare: throw InboxHandlerError.preparesTwice
        }
    }

    /// Writes a verdict in the transaction of the effects it is about.
    private func settle(
        _ entry: InboxEntry, _ verdict: InboxVerdict, _ connection: PostgresConnection
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
        _ = try await connection.query(statement.sql, statement.parameters)
        return verdict == .prepare ? .prepare(entry) : .ended(entry, verdict)
    }

    /// A handler threw: its transaction left nothing, so the entry is put off, or parked after too many tries.
    private func recordFailure(_ entry: InboxEntry, _ error: any Error) async throws {
        let isLast = entry.attempts + 1 >= configuration.attemptsMax
        let isOurs = (error as? PostgresError)?.isConnectivity != true
        logger.warning(
            "a delivery could not be applied",
            metadata: [
                "inbox_id": "\(entry.id)", "kind": "\(entry.kind.rawValue)", "attempt": "\(entry.attempts + 1)",
                "error_type": "\(type(of: error))",
            ])
        let now = now()
        let statement =
            isLast && isOurs
            ? InboxStore.settle(entry.id, .parked, reason: InboxEntry.handlerFailed, now: now)
            : InboxStore.putOff(
                entry.id, until: now.advanced(by: backoff(entry.attempts)), reason: InboxEntry.handlerFailed,
                countsAttempt: isOurs)
        _ = try await pool.query(statement.sql, statement.parameters)
        count(entry, isLast && isOurs ? "failed" : "retry")
    }

    private func record(_ entry: InboxEntry, _ verdict: InboxVerdict) {
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

    /// Full jitter: anything up to the bound, which doubles with each failure.
    private func backoff(_ attempts: Int) -> Duration {
        let bound = min(configuration.backoffMin * (1 << min(attempts, 20)), configuration.backoffMax)
        let millis = bound.components.seconds * 1_000 + bound.components.attoseconds / 1_000_000_000_000_000
        return .milliseconds(random(0...max(1, millis)))
    }
}
