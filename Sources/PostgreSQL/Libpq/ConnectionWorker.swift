import DequeModule
import Logging
import Synchronization
import Threads
import Waiting

/// One connection and the thread that owns it. Calls come in through a queue, and each is answered once.
///
/// **Concurrency** libpq is touched by the worker's thread alone. Callers suspend; no thread of the cooperative pool
/// waits.
final class ConnectionWorker: Sendable, PooledConnection {
    /// What the owner of a worker wants to hear; called on the worker's thread.
    struct Events: Sendable {
        var opened: @Sendable (ConnectionWorker) -> Void
        /// An attempt to connect failed; the answer is the pause before the next attempt, `nil` to give up.
        var failed: @Sendable (ConnectionWorker, PostgresError) -> Duration?
        /// The worker has ended after having been open.
        var closed: @Sendable (ConnectionWorker, _ isBroken: Bool) -> Void
        var notified: @Sendable (_ channel: String, _ payload: String) -> Void = { _, _ in }
    }

    struct Job: Sendable {
        let control: JobControl
        let run: @Sendable (LibpqSession) -> Void
        let fail: @Sendable (PostgresError) -> Void
    }

    private enum Phase { case opening, open, closing, ended }
    private struct State {
        var phase = Phase.opening
        var jobs: Deque<Job> = []
        var isSuspect = false
        var isInTransaction = false
        var hasWritten = false
        var isAbandoned = false
        var foundReadOnly = false
        /// Why nothing more is sent, once the connection has ended.
        var ending = PostgresError.unsent
    }

    private enum Step {
        case run(Job)
        case wait
        case end
    }

    private let state = Mutex(State())
    private let wake: WakeSignal
    private let configuration: PostgresConfiguration
    private let logger: Logger

    init(configuration: PostgresConfiguration, logger: Logger) throws(PostgresError) {
        self.configuration = configuration
        self.logger = logger
        wake = try WakeSignal()
    }

    /// Starts the thread, which connects at once; false when the system has no thread left.
    func start(_ events: Events) -> Bool {
        OwnedThread.start { self.main(events) }
    }

    /// Whether another caller may use the connection.
    var isReusable: Bool { state.withLock { $0.phase == .open && !$0.isSuspect } }

    /// Whether the last call left a transaction open.
    var isInTransaction: Bool { state.withLock { $0.isInTransaction } }

    /// Whether the latest transaction, or the one that is open, certainly wrote rows.
    var hasWritten: Bool { state.withLock { $0.hasWritten } }

    /// Whether the server refused a write because it only reads.
    var foundReadOnly: Bool { state.withLock { $0.foundReadOnly } }

    /// Lets the thread end after the jobs already queued.
    func close() {
        state.withLock { if $0.phase != .ended { $0.phase = .closing } }
        wake.raise()
    }

    /// Ends the thread at once: what waits for the server ends with `connectionLost`, and nothing more is sent.
    func abandon() {
        state.withLock { state in
            state.isAbandoned = true
            if state.phase != .ended { state.phase = .closing }
        }
        wake.raise()
    }

    private var isAbandoned: Bool { state.withLock { $0.isAbandoned } }

    /// Runs `operation` on the worker's thread.
    ///
    /// **Errors** What the operation throws, with a cancelled caller reported as `CancellationError` and a deadline as
    /// `timeout`; `connectionLost` when the connection has ended.
    func perform<T: Sendable>(
        timeout: Duration?,
        isCancellable: Bool = true,
        interrupting: JobControl.Interrupting = .cancels(grace: JobControl.cancelGrace),
        _ operation: @escaping @Sendable (LibpqSession) throws -> T
    ) async throws -> T {
        let control = JobControl(timeout: timeout, interrupting: interrupting)
        if isCancellable { try Task.checkCancellation() }
        let answer = Waiter<Result<T, any Error>>()
        enqueue(
            Job(
                control: control,
                run: { session in answer.answer(self.outcome(of: operation, on: session, control)) },
                fail: { answer.answer(.failure($0)) }))
        return try await answer.value {
            guard isCancellable else { return }
            control.cancel()
            wake.raise()
        }.get()
    }

    private func enqueue(_ job: Job) {
        let refusal = state.withLock { state -> PostgresError? in
            guard state.phase == .open else { return state.ending }
            state.jobs.append(job)
            return nil
        }
        if let refusal {
            job.fail(refusal)
        } else {
            wake.raise()
        }
    }

    // MARK: On the worker's thread

    private func outcome<T>(
        of operation: (LibpqSession) throws -> T, on session: LibpqSession, _ control: JobControl
    ) -> Result<T, any Error> {
        defer {
            let hasWritten = session.hasWritten
            session.endJob()
            let (isSuspect, isInTransaction) = (session.isSuspect || session.isBroken, session.isInTransaction)
            let foundReadOnly = session.foundReadOnly
            state.withLock {
                $0.isSuspect = $0.isSuspect || isSuspect
                $0.isInTransaction = isInTransaction
                $0.hasWritten = hasWritten
                $0.foundReadOnly = foundReadOnly
            }
        }
        do {
            if control.isCancelled { throw CancellationError() }
            return .success(try operation(session))
        } catch {
            if (error as? PostgresError)?.kind == .connectionLost { session.abandon() }
            return .failure(session.explain(error))
        }
    }

    private func main(_ events: Events) {
        guard let session = connect(events) else {
            end()
            return
        }
        let isWanted = state.withLock { state in
            if state.phase == .opening { state.phase = .open }
            return state.phase == .open
        }
        if isWanted { events.opened(self) }
        loop: while true {
            switch nextStep(session) {
            case .run(let job):
                session.begin(job.control)
                job.run(session)
                if session.isCommitPending { awaitPendingCommit(session) }
            case .wait:
                session.waitWhileIdle()
            case .end:
                break loop
            }
            // This also reads with what the server ended the session.
            for (channel, payload) in session.takeNotifications() { events.notified(channel, payload) }
        }
        if let ending = session.ending {
            logger.warning(
                "the server ended a transaction that had been silent for too long; nothing of it took effect",
                metadata: ["error": "\(ending)", "after": "\(configuration.idleTransactionTimeout)"])
        }
        // The database can be reached when it ended the session by its own rule.
        let isBroken = session.isBroken && session.ending == nil
        end(with: session.ending)
        events.closed(self, isBroken)
    }

    private func connect(_ events: Events) -> LibpqSession? {
        while state.withLock({ $0.phase == .opening }) {
            do {
                return try LibpqSession.connect(
                    configuration, wake: wake, isAbandonRequested: { [weak self] in self?.isAbandoned ?? false },
                    logger: logger)
            } catch {
                let error = error as? PostgresError ?? PostgresError(.connectionFailed, "connecting failed")
                guard let pause = events.failed(self, error) else { return nil }
                wake.wait(atMost: pause)
            }
        }
        return nil
    }

    /// Holds the connection until its COMMIT is answered, so that as many wait at the server as the pool has
    /// connections.
    ///
    /// The caller got the answer that the outcome is unknown. Were the connection given up, the server would keep the
    /// session until the standby is back, and each new attempt would add another. A server that no longer answers
    /// others, or that does not know the session, loses the connection.
    private func awaitPendingCommit(_ session: LibpqSession) {
        let pause = max(configuration.statementTimeout, .seconds(1))
        while !session.awaitPendingCommit(atMost: pause) {
            guard !isAbandoned, CommitProbe.isCommitting(session, configuration, logger: logger) else { break }
        }
        session.abandon()
    }

    private func nextStep(_ session: LibpqSession) -> Step {
        state.withLock { state in
            if session.isBroken || state.isAbandoned { return .end }
            if let job = state.jobs.popFirst() { return .run(job) }
            return state.phase == .open ? .wait : .end
        }
    }

    private func end(with ending: PostgresError? = nil) {
        let (abandoned, ending) = state.withLock { state in
            state.phase = .ended
            if let ending { state.ending = ending }
            defer { state.jobs.removeAll() }
            return (state.jobs, state.ending)
        }
        for job in abandoned { job.fail(ending) }
    }
}
