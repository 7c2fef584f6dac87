import CPostgreSQL
import Glibc
import Logging

/// One libpq connection, used only by the thread of its `ConnectionWorker`.
///
/// Every wait is a `poll` on the socket and the worker's wake signal, so that a deadline or a cancelled caller ends it:
/// the server is asked to cancel, and if it does not answer within a grace period the connection is given up. A COMMIT
/// is never cancelled: its caller stops waiting, and the session waits on for its answer (`LibpqSession+Commit.swift`).
final class LibpqSession {
    enum Interruption { case none, cancelled, timedOut }

    let connection: OpaquePointer
    let wake: WakeSignal
    let logger: Logger
    var statements = StatementCache()
    /// Names of dropped prepared statements that the next round trip deallocates on the server.
    var obsoleteStatements: [String] = []
    var stream: StreamState?

    /// Whether the session may not be used for another lease, though its current call ended regularly.
    var isSuspect = false
    /// Whether the server refused a write because it only reads.
    var foundReadOnly = false
    /// With what the server ended the session, when it ended a silent transaction.
    var ending: PostgresError?
    /// Whether a COMMIT is being sent or waited for.
    var isCommitting = false
    /// What the server said that makes the commit of the current call doubtful.
    var commitNotice: ServerNotice?
    /// Whether a COMMIT was sent whose caller has stopped waiting for the answer.
    var isCommitPending = false
    /// Whether the open transaction has certainly written something that its COMMIT makes durable.
    var hasWritten = false
    /// Whether what runs now is a transaction by itself.
    var isImplicitTransaction = false
    private var isAbandoned = false
    private(set) var interruption = Interruption.none
    private var control: JobControl?
    private var deadline: ContinuousClock.Instant?
    private var graceEnd: ContinuousClock.Instant?
    private var nextCancel: ContinuousClock.Instant?
    private var cancelRequest: CancelRequest?
    /// Whether the server was ever asked to cancel what this session runs.
    private(set) var wasCancelled = false
    private let isAbandonRequested: @Sendable () -> Bool
    /// A cancel request that overtakes its statement has no effect, so it is repeated until the statement ends.
    private static let cancelInterval = Duration.milliseconds(200)

    /// Adopts an open connection.
    ///
    /// - Parameter isAbandonRequested: Whether the owner wants every wait to end at once, with the connection given up.
    init(
        connection: OpaquePointer, wake: WakeSignal, isAbandonRequested: @escaping @Sendable () -> Bool, logger: Logger
    ) {
        self.connection = connection
        self.wake = wake
        self.isAbandonRequested = isAbandonRequested
        self.logger = logger
    }

    deinit { PQfinish(connection) }

    /// Whether the session is lost: the connection broke, or a call ended without having read all its answers.
    var isBroken: Bool { isAbandoned || PQstatus(connection) != CONNECTION_OK }
    var isInTransaction: Bool { PQtransactionStatus(connection) != PQTRANS_IDLE }
    /// Whether the transaction is open and healthy.
    var isInHealthyTransaction: Bool { PQtransactionStatus(connection) == PQTRANS_INTRANS }

    /// Begins a job: its deadline and its caller's cancellation now end every wait.
    func begin(_ control: JobControl) {
        self.control = control
        interruption = .none
        commitNotice = nil
        isImplicitTransaction = false
        deadline = control.timeout.map { ContinuousClock.now + $0 }
        graceEnd = nil
        nextCancel = nil
    }

    /// Gives the connection up after a call that did not come to a regular end.
    func abandon() { isAbandoned = true }

    func endJob() {
        // A cancel request may reach the server after the statement it was meant for; such a session is not reused.
        if interruption != .none { isSuspect = true }
        if !isInTransaction { hasWritten = false }
        control = nil
        deadline = nil
    }

    /// Waits until the socket is readable, or writable if asked for.
    func waitForSocket(writable: Bool) throws {
        while true {
            try checkInterruption()
            var descriptors = [
                pollfd(fd: PQsocket(connection), events: Int16(POLLIN | (writable ? POLLOUT : 0)), revents: 0),
                pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&descriptors, 2, millisecondsToWait())
            if ready < 0 && errno != EINTR {
                throw PostgresError.connectionLost("waiting for the server failed (errno \(errno))")
            }
            if descriptors[1].revents != 0 { wake.clear() }
            if descriptors[0].revents != 0 { return }
        }
    }

    private func checkInterruption() throws {
        if isAbandonRequested() {
            throw PostgresError.connectionLost("the client is closing and gave the connection up")
        }
        if let graceEnd, ContinuousClock.now >= graceEnd {
            throw PostgresError.connectionLost(
                "the server did not react to a cancel request; the connection is given up")
        }
        if let nextCancel, ContinuousClock.now >= nextCancel { requestCancel() }
        if graceEnd != nil { return }
        if control?.isCancelled == true {
            interruption = .cancelled
        } else if let deadline, ContinuousClock.now >= deadline {
            interruption = .timedOut
        } else {
            return
        }
        guard case .cancels(let grace)? = control?.interrupting else { throw CommitStillUnderWay() }
        graceEnd = ContinuousClock.now + grace
        requestCancel()
    }

    func requestCancel() {
        precondition(!isCommitting, "a COMMIT is never cancelled")
        nextCancel = ContinuousClock.now + Self.cancelInterval
        wasCancelled = true
        // One that has not been taken yet would be overtaken by the next.
        guard cancelRequest?.isDone ?? true else { return }
        cancelRequest = CancelRequest.send(for: connection)
    }

    private func millisecondsToWait() -> Int32 {
        let ends = [nextCancel, graceEnd ?? deadline].compactMap(\.self)
        guard let end = ends.min() else { return -1 }
        let (seconds, attoseconds) = (end - .now).components
        guard seconds >= 0 else { return 0 }
        return Int32(min(seconds, 3600)) * 1000 + Int32(max(attoseconds, 0) / 1_000_000_000_000_000) + 1
    }

    /// The error that ends a job, given what interrupted it: a cancelled statement reports the caller's wish.
    func explain(_ error: any Error) -> any Error {
        guard let error = error as? PostgresError, error.sqlState == .queryCanceled || error.kind == .connectionLost
        else {
            return error
        }
        switch interruption {
        case .none: return ending ?? error
        case .cancelled: return CancellationError()
        case .timedOut where isImplicitTransaction && error.kind == .connectionLost:
            // Nobody said that it was cancelled, and it commits by itself.
            return PostgresError.connectionLost(
                "the statement took longer than \(control?.timeout ?? .zero), and the server did not react to a cancel "
                    + "request"
            )
        case .timedOut:
            return PostgresError(
                .timeout, "the statement took longer than \(control?.timeout ?? .zero) and was cancelled")
        }
    }
}

extension LibpqSession {
    /// Waits between jobs for new work, a notification, or the server hanging up, which breaks the session.
    func waitWhileIdle() {
        var descriptors = [
            pollfd(fd: PQsocket(connection), events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        let ready = poll(&descriptors, 2, -1)
        if ready < 0 {
            if errno != EINTR { abandon() }
            return
        }
        if descriptors[1].revents != 0 { wake.clear() }
        // While rows are being streamed the socket is readable between jobs; those rows wait for the next job.
        if descriptors[0].revents != 0 && stream == nil, PQconsumeInput(connection) != 1 { abandon() }
    }
}
