import DequeModule
import Waiting

/// The books of a pool: which connections are free, which are lent, who waits. Events in, actions out, no effects.
struct PoolState {
    enum Phase {
        /// `run()` has not been called: callers wait.
        case created
        /// Connections are opened on demand.
        case running
        /// Callers that waited were refused; lent connections are closed as they come back.
        case closing
    }

    /// A caller that waits for a connection.
    struct Borrower {
        let entered: ContinuousClock.Instant
        let deadline: ContinuousClock.Instant
        /// Served before all who are not.
        let isUrgent: Bool
        let waiter: Waiter<Result<ConnectionWorker, any Error>>
    }

    struct Idle {
        let worker: ConnectionWorker
        let since: ContinuousClock.Instant
    }

    enum OnLease {
        case lend(ConnectionWorker)
        case wait(openAnother: Bool)
        case fail(PostgresError)
    }

    enum OnFree {
        case hand(ConnectionWorker, to: Borrower)
        case keep
        case close(ConnectionWorker, openAnother: Bool)
    }

    private(set) var phase = Phase.created
    private var idle: [Idle] = []
    private var leased: Set<ObjectIdentifier> = []
    /// Every connection whose thread has opened it and not yet ended: also those that wait for an answer to a COMMIT
    /// whose caller has gone.
    private var open: [ObjectIdentifier: ConnectionWorker] = [:]
    private var opening: [ObjectIdentifier: ConnectionWorker] = [:]
    private(set) var borrowers: Deque<Borrower> = []
    private var opened = 0
    private var failures = 0
    private var consecutiveFailures = 0
    /// Connections that broke or could not be opened since one last was, for the log.
    var outage = OutageStreak()
    private var lastFailure: PostgresError?
    private var drained: Waiter<Void>?
    private let sizeMax: Int
    private let outagePatience: Duration

    init(sizeMax: Int, outagePatience: Duration) {
        self.sizeMax = sizeMax
        self.outagePatience = outagePatience
    }

    var statistics: PostgresPoolStatistics {
        PostgresPoolStatistics(
            idle: idle.count, leased: leased.count, opening: opening.count, waiting: borrowers.count, opened: opened,
            failures: failures)
    }

    var mayOpenAnother: Bool {
        phase == .running && opening.count < borrowers.count && open.count + opening.count < sizeMax
    }

    /// `run()` was called; false if it had been before.
    mutating func start() -> Bool {
        guard phase == .created else { return false }
        phase = .running
        return true
    }

    /// A free connection, if there is one: the one used last, whose caches are warmest.
    mutating func takeIdle() -> ConnectionWorker? {
        guard phase == .running, borrowers.isEmpty else { return nil }
        while let candidate = idle.popLast() {
            guard candidate.worker.isReusable else { continue }
            leased.insert(ObjectIdentifier(candidate.worker))
            return candidate.worker
        }
        return nil
    }

    mutating func lease(_ borrower: Borrower) -> OnLease {
        if phase == .closing { return .fail(.poolClosed) }
        if let worker = takeIdle() { return .lend(worker) }
        if borrower.isUrgent {
            borrowers.insert(borrower, at: borrowers.firstIndex { !$0.isUrgent } ?? borrowers.endIndex)
        } else {
            borrowers.append(borrower)
        }
        return .wait(openAnother: mayOpenAnother)
    }

    /// Takes out a caller that waits; false when it waits no more.
    mutating func remove(_ waiter: Waiter<Result<ConnectionWorker, any Error>>) -> Bool {
        guard let index = borrowers.firstIndex(where: { $0.waiter === waiter }) else { return false }
        borrowers.remove(at: index)
        return true
    }

    mutating func beginOpening(_ worker: ConnectionWorker) {
        opening[ObjectIdentifier(worker)] = worker
    }

    mutating func connectionOpened(_ worker: ConnectionWorker, now: ContinuousClock.Instant) -> OnFree {
        opening[ObjectIdentifier(worker)] = nil
        open[ObjectIdentifier(worker)] = worker
        opened += 1
        consecutiveFailures = 0
        lastFailure = nil
        return free(worker, now: now)
    }

    /// An attempt failed; returns how many have failed in a row, `nil` when this connection is not wanted any more.
    mutating func connectionFailed(_ worker: ConnectionWorker, _ error: PostgresError) -> Int? {
        failures += 1
        consecutiveFailures += 1
        lastFailure = error
        guard phase == .running, !borrowers.isEmpty else {
            opening[ObjectIdentifier(worker)] = nil
            return nil
        }
        return consecutiveFailures
    }

    /// A connection's thread ended.
    mutating func connectionClosed(
        _ worker: ConnectionWorker, isBroken: Bool
    ) -> (openAnother: Bool, drained: Waiter<Void>?) {
        if isBroken { failures += 1 }
        idle.removeAll { $0.worker === worker }
        opening[ObjectIdentifier(worker)] = nil
        open[ObjectIdentifier(worker)] = nil
        return (mayOpenAnother, takeDrained())
    }

    /// A lent connection comes back.
    mutating func release(_ worker: ConnectionWorker, isClean: Bool, now: ContinuousClock.Instant) -> OnFree {
        leased.remove(ObjectIdentifier(worker))
        if !isClean { return close(worker) }
        return free(worker, now: now)
    }

    private mutating func free(_ worker: ConnectionWorker, now: ContinuousClock.Instant) -> OnFree {
        guard phase == .running, worker.isReusable else { return close(worker) }
        if let borrower = borrowers.popFirst() {
            leased.insert(ObjectIdentifier(worker))
            return .hand(worker, to: borrower)
        }
        idle.append(Idle(worker: worker, since: now))
        return .keep
    }

    private mutating func close(_ worker: ConnectionWorker) -> OnFree {
        .close(worker, openAnother: mayOpenAnother)
    }

    private mutating func takeDrained() -> Waiter<Void>? {
        guard phase == .closing, open.isEmpty else { return nil }
        defer { drained = nil }
        return drained
    }

    // MARK: Upkeep and end

    /// Those who have waited too long, with the error they get.
    ///
    /// While no connection is open and none can be opened, a caller is not kept until its deadline: its own caller may
    /// have less patience than that, and would learn nothing.
    mutating func expireBorrowers(now: ContinuousClock.Instant) -> [(Borrower, PostgresError)] {
        let isAway = lastFailure != nil && open.isEmpty
        let isOver = { [outagePatience] (borrower: Borrower) in
            borrower.deadline <= now || isAway && borrower.entered.duration(to: now) >= outagePatience
        }
        guard borrowers.contains(where: isOver) else { return [] }
        let expired = borrowers.filter(isOver)
        borrowers.removeAll(where: isOver)
        return expired.map { ($0, expiryError) }
    }

    private var expiryError: PostgresError {
        if let lastFailure {
            return PostgresError(.connectionFailed, "no connection to the database: \(lastFailure.message)")
        }
        let committing = open.count - leased.count - idle.count
        if committing > 0 {
            return PostgresError(
                .leaseTimeout,
                "all \(sizeMax) connections stayed in use, \(committing) of them by a COMMIT the server has not "
                    + "answered; is "
                    + "its synchronous standby away?")
        }
        return PostgresError(
            .leaseTimeout, "all \(sizeMax) connections stayed in use; raise the pool's size or shorten the transactions"
        )
    }

    /// Connections idle since before `limit`, the most recently used one excepted.
    mutating func takeExpiredIdle(before limit: ContinuousClock.Instant) -> [ConnectionWorker] {
        guard idle.count > 1 else { return [] }
        let expired = idle.dropLast().filter { $0.since < limit }.map(\.worker)
        if !expired.isEmpty { idle.removeAll { entry in expired.contains { $0 === entry.worker } } }
        return expired
    }

    /// Connections that nobody uses, all of them: the server they lead to takes no writes any more.
    mutating func takeAllIdle() -> [ConnectionWorker] {
        defer { idle.removeAll() }
        return idle.map(\.worker)
    }

    /// Connections that nobody holds and that still wait for an answer to a COMMIT.
    var unanswered: [ConnectionWorker] {
        let idle = Set(idle.map { ObjectIdentifier($0.worker) })
        return open.filter { !leased.contains($0.key) && !idle.contains($0.key) }.map(\.value)
    }

    mutating func abandon() -> (borrowers: [Borrower], workers: [ConnectionWorker]) {
        let all = Array(open.values)
        let closed = close()
        return (closed.borrowers, all + closed.workers)
    }

    mutating func close() -> (borrowers: [Borrower], workers: [ConnectionWorker]) {
        phase = .closing
        defer {
            borrowers.removeAll()
            idle.removeAll()
        }
        return (Array(borrowers), idle.map(\.worker) + opening.values)
    }

    /// What is answered when the last connection is closed; nil when none is open.
    mutating func awaitDrained() -> Waiter<Void>? {
        drained = open.isEmpty ? nil : Waiter()
        return drained
    }
}
