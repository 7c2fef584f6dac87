import DequeModule
import Waiting

/// The books of a pool: which connections are free, which are lent, who waits. Events in, actions out, no effects.
///
/// The owner opens and closes connections, and answers callers, as the actions say. `Caller` is what it answers
/// through.
struct PoolState<Connection: PooledConnection, Caller> {
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
        let caller: Caller
    }

    struct Idle {
        let connection: Connection
        let since: ContinuousClock.Instant
    }

    enum OnLease {
        case lend(Connection)
        case wait(openAnother: Bool)
        case fail(PostgresError)
    }

    enum OnFree {
        case hand(Connection, to: Caller)
        case keep
        case close(Connection, openAnother: Bool)
    }

    struct OnClosed {
        let openAnother: Bool
        /// Whether the pool is closing and this was its last open connection.
        let isDrained: Bool
    }

    /// What is to be done at the end.
    struct Remains {
        let callers: [Caller]
        let connections: [Connection]
    }

    private(set) var phase = Phase.created
    private var idle: [Idle] = []
    private var leased: Set<Connection.ID> = []
    /// Every connection that was opened and has not ended: also those that wait for an answer to a COMMIT whose caller
    /// has gone.
    private var open: [Connection.ID: Connection] = [:]
    private var opening: [Connection.ID: Connection] = [:]
    private var borrowers: Deque<Borrower> = []
    private var opened = 0
    private var failures = 0
    private var consecutiveFailures = 0
    /// Connections that broke or could not be opened since one last was, for the log.
    var outage = Outage()
    private var lastFailure: PostgresError?
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

    // MARK: Leases

    /// A free connection, if there is one: the one used last, whose caches are warmest.
    mutating func takeIdle() -> Connection? {
        guard phase == .running, borrowers.isEmpty else { return nil }
        while let candidate = idle.popLast() {
            guard candidate.connection.isReusable else { continue }
            leased.insert(candidate.connection.id)
            return candidate.connection
        }
        return nil
    }

    mutating func lease(_ borrower: Borrower) -> OnLease {
        if phase == .closing { return .fail(.poolClosed) }
        if let connection = takeIdle() { return .lend(connection) }
        if borrower.isUrgent {
            borrowers.insert(borrower, at: borrowers.firstIndex { !$0.isUrgent } ?? borrowers.endIndex)
        } else {
            borrowers.append(borrower)
        }
        return .wait(openAnother: mayOpenAnother)
    }

    /// Takes out a caller that waits; false when it waits no more.
    mutating func remove(where isMeant: (Caller) -> Bool) -> Bool {
        guard let index = borrowers.firstIndex(where: { isMeant($0.caller) }) else { return false }
        borrowers.remove(at: index)
        return true
    }

    /// A lent connection comes back.
    mutating func release(_ connection: Connection, isClean: Bool, now: ContinuousClock.Instant) -> OnFree {
        leased.remove(connection.id)
        if !isClean { return .close(connection, openAnother: mayOpenAnother) }
        return free(connection, now: now)
    }

    private mutating func free(_ connection: Connection, now: ContinuousClock.Instant) -> OnFree {
        guard phase == .running, connection.isReusable else {
            return .close(connection, openAnother: mayOpenAnother)
        }
        if let borrower = borrowers.popFirst() {
            leased.insert(connection.id)
            return .hand(connection, to: borrower.caller)
        }
        idle.append(Idle(connection: connection, since: now))
        return .keep
    }

    // MARK: Opening and closing of connections

    mutating func beginOpening(_ connection: Connection) {
        opening[connection.id] = connection
    }

    mutating func connectionOpened(_ connection: Connection, now: ContinuousClock.Instant) -> OnFree {
        opening[connection.id] = nil
        open[connection.id] = connection
        opened += 1
        consecutiveFailures = 0
        lastFailure = nil
        return free(connection, now: now)
    }

    /// An attempt failed; returns how many have failed in a row, `nil` when this connection is not wanted any more.
    mutating func connectionFailed(_ connection: Connection, _ error: PostgresError) -> Int? {
        openingFailed(error)
        guard phase == .running, !borrowers.isEmpty else {
            opening[connection.id] = nil
            return nil
        }
        return consecutiveFailures
    }

    /// A connection could not even be begun.
    mutating func openingFailed(_ error: PostgresError) {
        failures += 1
        consecutiveFailures += 1
        lastFailure = error
    }

    /// A connection has ended.
    mutating func connectionClosed(_ connection: Connection, isBroken: Bool) -> OnClosed {
        if isBroken { failures += 1 }
        idle.removeAll { $0.connection.id == connection.id }
        opening[connection.id] = nil
        open[connection.id] = nil
        return OnClosed(openAnother: mayOpenAnother, isDrained: isDrained)
    }

    // MARK: Upkeep and end

    /// Those who have waited too long, with the error they get.
    ///
    /// While no connection is open and none can be opened, a caller is not kept until its deadline: its own caller may
    /// have less patience than that, and would learn nothing.
    mutating func expireBorrowers(now: ContinuousClock.Instant) -> (callers: [Caller], error: PostgresError)? {
        let isAway = lastFailure != nil && open.isEmpty
        let isOver = { [outagePatience] (borrower: Borrower) in
            borrower.deadline <= now || isAway && borrower.entered.duration(to: now) >= outagePatience
        }
        guard borrowers.contains(where: isOver) else { return nil }
        let expired = borrowers.filter(isOver)
        borrowers.removeAll(where: isOver)
        return (expired.map(\.caller), expiryError)
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
                    + "answered; is its synchronous standby away?")
        }
        return PostgresError(
            .leaseTimeout, "all \(sizeMax) connections stayed in use; raise the pool's size or shorten the transactions"
        )
    }

    /// Connections idle since before `limit`, the most recently used one excepted.
    mutating func takeExpiredIdle(before limit: ContinuousClock.Instant) -> [Connection] {
        guard idle.count > 1 else { return [] }
        let expired = idle.dropLast().filter { $0.since < limit }.map(\.connection)
        let ids = Set(expired.map(\.id))
        if !expired.isEmpty { idle.removeAll { ids.contains($0.connection.id) } }
        return expired
    }

    /// Connections that nobody uses, all of them: the server they lead to takes no writes any more.
    mutating func takeAllIdle() -> [Connection] {
        defer { idle.removeAll() }
        return idle.map(\.connection)
    }

    /// Connections that nobody holds and that still wait for an answer to a COMMIT.
    var unanswered: [Connection] {
        let idle = Set(idle.map(\.connection.id))
        return open.filter { !leased.contains($0.key) && !idle.contains($0.key) }.map(\.value)
    }

    /// Ends the pool at once: the callers to refuse, and every connection there is.
    mutating func abandon() -> Remains {
        let all = Array(open.values)
        let closed = close()
        return Remains(callers: closed.callers, connections: all + closed.connections)
    }

    /// Ends the pool: the callers to refuse, and the connections that nobody uses.
    mutating func close() -> Remains {
        phase = .closing
        defer {
            borrowers.removeAll()
            idle.removeAll()
        }
        return Remains(callers: borrowers.map(\.caller), connections: idle.map(\.connection) + opening.values)
    }

    /// Whether the pool is closing and no connection is open any more.
    var isDrained: Bool { phase == .closing && open.isEmpty }
}
