public import Logging
import Synchronization

/// A pool of connections to one database.
///
/// Start `run()` in a task of its own; callers that come before it wait. Connections are opened when they are needed, up to
/// the configured number, and opened again with backoff after the server went away.
///
/// **Concurrency** Safe from any task. A lease is scoped to a closure, so it cannot leak.
public final class PostgresPool: Sendable {
    /// What the pool was made with.
    public let configuration: PostgresConfiguration
    let logger: Logger
    let lines = LockLines()
    private let state: Mutex<PoolState>
    private let backoff: ReconnectBackoff
    /// How often waiters and idle connections are looked at.
    private static let upkeepInterval = Duration.milliseconds(50)

    /// Creates a pool; nothing is opened before `run()`.
    public init(configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        state = Mutex(
            PoolState(sizeMax: configuration.poolSizeMax, outagePatience: configuration.outagePatience))
        backoff = ReconnectBackoff(min: configuration.reconnectBackoffMin, max: configuration.reconnectBackoffMax)
    }

    deinit {
        for worker in state.withLock({ $0.close() }).workers { worker.close() }
    }

    /// The pool's state at this moment.
    public var statistics: PostgresPoolStatistics { state.withLock { $0.statistics } }

    /// Serves the pool until the calling task is cancelled, then refuses those who wait, waits for the connections on loan,
    /// and returns when all are closed.
    ///
    /// **Errors** `invalidUse` when called twice.
    public func run() async throws {
        guard state.withLock({ $0.start() }) else {
            throw PostgresError.invalidUse("PostgresPool.run() may be called once")
        }
        openWanted()
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.upkeepInterval) } catch { break }
            upkeep()
        }
        await close()
    }

    /// Lends a connection to `body`; it goes back when `body` returns or throws.
    ///
    /// - Parameter isUrgent: Whether it is served before all who are not; for the few callers that many others wait for.
    /// **Guarantees** A transaction `body` left open is rolled back; a connection in doubt is closed, not reused.
    ///
    /// **Errors** `leaseTimeout` or `connectionFailed` when none was to be had in time; `closed`; what `body` throws.
    public nonisolated(nonsending) func withConnection<T: Sendable>(
        isUrgent: Bool = false,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await withConnection(waitingAtMost: configuration.leaseTimeout, isUrgent: isUrgent, body)
    }

    /// The same, with a wait for a connection of its own length.
    nonisolated(nonsending) func withConnection<T: Sendable>(
        waitingAtMost limit: Duration, isUrgent: Bool = false,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
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
    public nonisolated(nonsending) func query(
        _ sql: String,
        _ parameters: [PostgresValue] = [],
        timeout: Duration? = nil
    ) async throws -> PostgresResult {
        try await query(PostgresStatement(sql, parameters), timeout: timeout)
    }

    /// The same of a statement.
    public nonisolated(nonsending) func query(
        _ statement: PostgresStatement, timeout: Duration? = nil
    ) async throws -> PostgresResult {
        do {
            return try await withConnection { try await $0.query(statement, timeout: timeout) }
        } catch let error as PostgresError where error.hadNoEffect {
            // An idle connection had broken unnoticed; nothing was sent, so another one may be asked.
            return try await withConnection { try await $0.query(statement, timeout: timeout) }
        }
    }

    // MARK: Leases

    /// Gives up every connection at once and takes no more work.
    ///
    /// For the end of a process that may not wait for a server: who waits for a connection gets `closed`, whose statement
    /// runs gets `connectionLost`, whose COMMIT runs gets `commitOutcomeUnknown`. ``run()`` still ends by cancellation.
    public func abandon() {
        let (waiters, workers) = state.withLock { $0.abandon() }
        for waiter in waiters { waiter.continuation.resume(throwing: PostgresError.poolClosed) }
        for worker in workers { worker.abandon() }
    }

    private nonisolated(nonsending) func lease(atMost limit: Duration, isUrgent: Bool) async throws -> ConnectionWorker
    {
        try Task.checkCancellation()
        if let worker = state.withLock({ $0.takeIdle() }) { return worker }
        let id = state.withLock { $0.makeWaiterID() }
        let deadline = ContinuousClock.now + limit
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = PoolState.Waiter(
                    id: id, entered: .now, deadline: deadline, isUrgent: isUrgent, continuation: continuation)
                let action = state.withLock { state in
                    // A task cancelled before it began to wait never gets a call of the handler below again.
                    Task.isCancelled ? nil : state.lease(waiter)
                }
                switch action {
                case nil: continuation.resume(throwing: CancellationError())
                case .lend(let worker): continuation.resume(returning: worker)
                case .fail(let error): continuation.resume(throwing: error)
                case .wait(let openAnother): if openAnother { openWanted() }
                }
            }
        } onCancel: {
            state.withLock { $0.removeWaiter(id) }?.continuation.resume(throwing: CancellationError())
        }
    }

    private nonisolated(nonsending) func giveBack(_ connection: PostgresConnection) async {
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

    private func perform(_ action: PoolState.OnFree) {
        switch action {
        case .hand(let worker, let waiter):
            waiter.continuation.resume(returning: worker)
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
        state.withLock { state in
            guard state.mayOpenAnother,
                let worker = try? ConnectionWorker(configuration: configuration, logger: logger)
            else { return nil }
            state.beginOpening(worker)
            return worker
        }
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
        var generator = SystemRandomNumberGenerator()
        let pause = backoff.pause(afterFailures: failures, using: &generator)
        // Once an outage, at warning: many connections fail, and often.
        let isNews = state.withLock { $0.outage.failed() }
        logger.log(
            level: isNews ? .warning : .debug, "the database cannot be reached; connecting is tried again until it can",
            metadata: ["error": "\(error)", "attempt": "\(failures)", "retryIn": "\(pause)"])
        return pause
    }

    private func closed(_ worker: ConnectionWorker, isBroken: Bool) {
        if isBroken {
            let isNews = state.withLock { $0.outage.failed() }
            logger.log(level: isNews ? .warning : .debug, "a connection to the database broke")
        }
        let action = state.withLock { $0.connectionClosed(worker, isBroken: isBroken) }
        action.drained?.resume()
        if action.openAnother { openWanted() }
    }

    private func upkeep() {
        let now = ContinuousClock.now
        for (waiter, error) in state.withLock({ $0.expireWaiters(now: now) }) {
            waiter.continuation.resume(throwing: error)
        }
        lines.expire(now: now)
        let idleSince = now - configuration.idleTimeout
        for worker in state.withLock({ $0.takeExpiredIdle(before: idleSince) }) { worker.close() }
        openWanted()
    }

    private func close() async {
        let unanswered = state.withLock { $0.unanswered }
        let (waiters, workers) = state.withLock { $0.close() }
        for waiter in waiters { waiter.continuation.resume(throwing: PostgresError.poolClosed) }
        for worker in workers { worker.close() }
        for worker in unanswered { worker.abandon() }
        await withCheckedContinuation { continuation in
            if !state.withLock({ $0.awaitDrained(continuation) }) { continuation.resume() }
        }
    }
}
