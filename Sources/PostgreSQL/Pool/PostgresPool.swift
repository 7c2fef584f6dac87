package import Logging
import Synchronization
package import Waiting

/// A pool of connections to one database.
///
/// Start `run()` in a task of its own; callers that come before it wait. Connections are opened when they are needed,
/// up to the configured number, and opened again with backoff after the server went away.
///
/// **Concurrency** Safe from any task. A lease is scoped to a closure, so it cannot leak.
package final class PostgresPool: Sendable {
    /// What the pool was made with.
    package let configuration: PostgresConfiguration
    /// Raised when a transaction of this pool has written and committed, unless it says that it makes no work.
    ///
    /// A hint for workers that work may have come: it says nothing of other processes.
    package let commits = Signal()
    let logger: Logger
    let lines: LockLines
    private typealias Caller = Waiter<Result<ConnectionWorker, any Error>>
    private typealias State = PoolState<ConnectionWorker, Caller>
    private let state: Mutex<State>
    private let backoff: Backoff
    /// Raised when a caller has to wait, so that its patience is watched.
    private let waits = Signal()
    /// Answered when the pool is closing and its last connection has ended.
    private let drained = Waiter<Void>()
    /// How often those who wait are looked at.
    private static let upkeepInterval = Duration.milliseconds(50)
    /// How often idle connections are looked at while nobody waits, at least.
    private static let idleUpkeepInterval = Duration.seconds(30)

    /// Creates a pool; nothing is opened before `run()`.
    package init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        lines = LockLines(waits: waits)
        state = Mutex(
            State(sizeMax: configuration.poolSizeMax, outagePatience: configuration.outagePatience))
        backoff = Backoff(
            base: configuration.reconnectBackoffMin, cap: configuration.reconnectBackoffMax, jitter: .equal)
    }

    deinit {
        for worker in state.withLock({ $0.close() }).connections { worker.close() }
    }

    /// The pool's state at this moment.
    package var statistics: PostgresPoolStatistics { state.withLock { $0.statistics } }

    /// Serves the pool until the calling task is cancelled, then refuses those who wait, waits for the connections on
    /// loan, and returns when all are closed.
    ///
    /// **Errors** `invalidUse` when called twice.
    package func run() async throws {
        guard state.withLock({ $0.start() }) else {
            throw PostgresError.invalidUse("PostgresPool.run() may be called once")
        }
        while !Task.isCancelled {
            let seen = waits.count
            upkeep()
            if statistics.waiting > 0 || lines.waiting > 0 {
                // Whose patience ends first changes with every one that comes or goes.
                try? await Task.sleep(for: Self.upkeepInterval)
            } else {
                await waits.wait(beyond: seen, atMost: idleUpkeepInterval)
            }
        }
        await close()
    }

    /// Lends a connection to `body`; it goes back when `body` returns or throws.
    ///
    /// - Parameter isUrgent: Whether it is served before all who are not; for the few callers that many others wait
    ///   for.
    /// **Guarantees** A transaction `body` left open is rolled back; a connection in doubt is closed, not reused.
    ///
    /// **Errors** `leaseTimeout` or `connectionFailed` when none was to be had in time; `closed`; what `body` throws.
    package func withConnection<T: Sendable>(
        isUrgent: Bool = false,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await withConnection(waitingAtMost: configuration.leaseTimeout, isUrgent: isUrgent, body)
    }

    /// The same, with a wait for a connection of its own length.
    func withConnection<T: Sendable>(
        waitingAtMost limit: Duration, isUrgent: Bool = false,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        let connection = PostgresConnection(
            worker: try await lease(atMost: limit, isUrgent: isUrgent),
            statementTimeout: configuration.statementTimeout)
        do {
            let value = try await body(connection)
            await giveBack(connection)
            return value
        } catch {
            await giveBack(connection)
            throw error
        }
    }

    /// Runs one statement on a connection of its own lease; see `PostgresConnection.query`.
    package func query(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        timeout: Duration? = nil
    ) async throws -> PostgresResult {
        try await query(PostgresStatement(sql, parameters), timeout: timeout)
    }

    /// The same of a statement.
    package func query(
        _ statement: PostgresStatement, timeout: Duration? = nil
    ) async throws -> PostgresResult {
        try await withAnyConnection { try await $0.query(statement, timeout: timeout) }
    }

    /// Runs statements in one round trip on a connection of its own lease; see `PostgresConnection.pipeline`.
    func pipeline(_ statements: [PostgresStatement]) async throws -> [PostgresResult] {
        try await withAnyConnection { try await $0.pipeline(statements) }
    }

    /// Runs one round trip, and again on another connection when the first turns out to be broken.
    private func withAnyConnection<T: Sendable>(
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        do {
            return try await withConnection(body)
        } catch let error as PostgresError where error.hadNoEffect {
            // An idle connection had broken unnoticed; nothing was sent, so another one may be asked.
            return try await withConnection(body)
        }
    }

    // MARK: Leases

    /// Gives up every connection at once and takes no more work.
    ///
    /// For the end of a process that may not wait for a server: who waits for a connection gets `closed`, whose
    /// statement runs gets `connectionLost`, whose COMMIT runs gets `commitOutcomeUnknown`. ``run()`` still ends by
    /// cancellation.
    package func abandon() {
        let remains = state.withLock { $0.abandon() }
        for caller in remains.callers { caller.answer(.failure(PostgresError.poolClosed)) }
        for worker in remains.connections { worker.abandon() }
    }

    private func lease(atMost limit: Duration, isUrgent: Bool) async throws -> ConnectionWorker {
        try Task.checkCancellation()
        if let worker = state.withLock({ $0.takeIdle() }) { return worker }
        let caller = Caller()
        let now = ContinuousClock.now
        let action = state.withLock {
            $0.lease(State.Borrower(entered: now, deadline: now + limit, isUrgent: isUrgent, caller: caller))
        }
        switch action {
        case .lend(let worker): return worker
        case .fail(let error): throw error
        case .wait(let openAnother):
            if openAnother { openWanted() }
            waits.raise()
        }
        return try await caller.value {
            guard state.withLock({ $0.remove { $0 === caller } }) else { return }
            caller.answer(.failure(CancellationError()))
        }.get()
    }

    private func giveBack(_ connection: PostgresConnection) async {
        connection.invalidate()
        let worker = connection.worker
        var isClean = worker.isReusable
        if isClean && worker.isInTransaction {
            logger.warning("a transaction was left open; it is rolled back")
            let rolledBack: Void? = try? await worker.perform(
                timeout: configuration.statementTimeout, isCancellable: false
            ) { try $0.execute("ROLLBACK") }
            isClean = rolledBack != nil
        }
        perform(state.withLock { $0.release(worker, isClean: isClean, now: .now) })
        guard worker.foundReadOnly else { return }
        // The server was demoted: every connection to it is as useless as this one, and a new one finds the primary.
        for worker in state.withLock({ $0.takeAllIdle() }) { worker.close() }
    }

    private func perform(_ action: State.OnFree) {
        switch action {
        case .hand(let worker, let caller):
            caller.answer(.success(worker))
        case .keep:
            break
        case .close(let worker, let openAnother):
            // A pool that closes waits for no answer that nobody waits for.
            if state.withLock({ $0.phase == .closing }) { worker.abandon() } else { worker.close() }
            if openAnother { openWanted() }
        }
    }

    // MARK: Opening and closing

    /// Opens a connection for each waiter that has none coming, as far as the limit allows.
    private func openWanted() {
        while let worker = makeWorker() {
            let isStarted = worker.start(
                ConnectionWorker.Events(
                    opened: { [weak self] worker in self?.opened(worker) },
                    failed: { [weak self] worker, error in self?.failed(worker, error) },
                    closed: { [weak self] worker, isBroken in self?.closed(worker, isBroken: isBroken) }))
            guard isStarted else {
                let error = PostgresError(.connectionFailed, "the system has no thread left (ulimit -u)")
                _ = failed(worker, error)
                closed(worker, isBroken: false)
                return
            }
        }
    }

    private func makeWorker() -> ConnectionWorker? {
        let (worker, news) = state.withLock { state -> (ConnectionWorker?, PostgresError?) in
            guard state.mayOpenAnother else { return (nil, nil) }
            do throws(PostgresError) {
                let worker = try ConnectionWorker(configuration: configuration, logger: logger)
                state.beginOpening(worker)
                return (worker, nil)
            } catch {
                state.openingFailed(error)
                return (nil, state.outage.failed() ? error : nil)
            }
        }
        if let news {
            logger.warning("a connection could not be opened; will keep trying", metadata: ["error": "\(news)"])
        }
        return worker
    }

    private func opened(_ worker: ConnectionWorker) {
        let (action, outageEnded) = state.withLock { state in
            (state.connectionOpened(worker, now: .now), state.outage.succeeded())
        }
        if outageEnded { logger.notice("the database can be reached again") }
        perform(action)
    }

    private func failed(_ worker: ConnectionWorker, _ error: PostgresError) -> Duration? {
        guard let failures = state.withLock({ $0.connectionFailed(worker, error) }) else { return nil }
        let pause = backoff.pause(afterFailures: failures)
        // Once an outage, at warning: many connections fail, and often.
        let isNews = state.withLock { $0.outage.failed() }
        logger.log(
            level: isNews ? .warning : .debug, "the database cannot be reached; will keep trying to connect",
            metadata: ["error": "\(error)", "attempt": "\(failures)", "retryIn": "\(pause)"])
        return pause
    }

    private func closed(_ worker: ConnectionWorker, isBroken: Bool) {
        if isBroken {
            let isNews = state.withLock { $0.outage.failed() }
            logger.log(level: isNews ? .warning : .debug, "a connection to the database broke")
        }
        let action = state.withLock { $0.connectionClosed(worker, isBroken: isBroken) }
        if action.isDrained { drained.answer() }
        if action.openAnother { openWanted() }
    }

    private var idleUpkeepInterval: Duration {
        max(min(configuration.idleTimeout, Self.idleUpkeepInterval), Self.upkeepInterval)
    }

    private func upkeep() {
        let now = ContinuousClock.now
        if let expired = state.withLock({ $0.expireBorrowers(now: now) }) {
            for caller in expired.callers { caller.answer(.failure(expired.error)) }
        }
        lines.expire(now: now)
        let idleSince = now - configuration.idleTimeout
        for worker in state.withLock({ $0.takeExpiredIdle(before: idleSince) }) { worker.close() }
        openWanted()
    }

    private func close() async {
        let unanswered = state.withLock { $0.unanswered }
        let remains = state.withLock { $0.close() }
        for caller in remains.callers { caller.answer(.failure(PostgresError.poolClosed)) }
        for worker in remains.connections { worker.close() }
        for worker in unanswered { worker.abandon() }
        if state.withLock({ !$0.isDrained }) { await drained.value() }
    }
}
