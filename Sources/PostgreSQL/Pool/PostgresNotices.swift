package import Logging
import Synchronization
import Waiting

/// What other processes announce over NOTIFY, heard on one connection for the whole process.
///
/// Heartbeats go out through the pool and come back over LISTEN. PostgreSQL delivers notices in the order of their
/// commits, so one that comes back proves that every notice committed before it was sent has been heard
/// (``heardUntil``). When they stay away, every subscriber is called, and a new connection is opened.
///
/// The heartbeats also share work: a process that has not reached the end of a queue says so, and the others look at
/// that queue (``share(_:isBehind:wake:)``).
///
/// **Guarantees** A subscriber learns after three heartbeats at the latest that notices may be lost, whatever has
/// failed.
/// **Concurrency** Subscribe before ``run()``. Subscribers are called one at a time and must return at once.
package final class PostgresNotices: Sendable {
    private struct Subscriber: Sendable {
        let onNotice: @Sendable (_ payload: String) -> Void
        let onHearing: @Sendable (_ isHearing: Bool) -> Void
    }

    private struct Queue: Sendable {
        let isBehind: @Sendable () -> Bool
        let wake: @Sendable () -> Void
    }

    private struct State: Sendable {
        var subscribers: [String: [Subscriber]] = [:]
        var queues: [String: Queue] = [:]
        var isHearing = false
        /// Whether listening has begun on a connection that was not given up since.
        var isListening = false
        var heardUntil: ContinuousClock.Instant?
        /// When a heartbeat was heard last, or when listening began.
        var lastHeard = ContinuousClock.now
        var nextBeat = 1
        /// When the heartbeats were sent that are not heard yet.
        var sentAt: [Int: ContinuousClock.Instant] = [:]
        /// How many of these the database has taken.
        var unheard = 0
    }

    /// How often a heartbeat goes out.
    package static let heartbeat = Duration.milliseconds(1500)
    private static let heartbeatChannel = "multibrand_heartbeat"
    private static let workChannel = "multibrand_work"
    /// Heartbeats tell sooner than the listener's own checks, except while no connection of the pool is free.
    private static let checkInterval = Duration.seconds(30)

    private let pool: PostgresPool
    private let heartbeat: Duration
    private let patience: Duration
    private let logger: Logger
    private let listener: PostgresListener
    /// Distinguishes this process's heartbeats from those of others.
    private let process = String(UInt64.random(in: .min ... .max), radix: 36)
    private let state = Mutex(State())
    /// Held while subscribers are called, so that they learn of every change in its order.
    private let calls = Mutex(())
    /// Raised when the listening connection hears nothing although heartbeats are sent.
    private let deafness = Signal()

    /// Makes one that hears nothing before ``run()``.
    ///
    /// - Parameters:
    ///   - heartbeat: How often a heartbeat goes out.
    ///   - patience: How long none may come back before notices count as missed; nil for three heartbeats.
    package init(
        pool: PostgresPool, heartbeat: Duration = PostgresNotices.heartbeat, patience: Duration? = nil, logger: Logger
    ) {
        self.pool = pool
        self.heartbeat = heartbeat
        self.patience = patience ?? heartbeat * 3
        self.logger = logger
        listener = PostgresListener(
            configuration: pool.configuration, checkInterval: Self.checkInterval, logger: logger)
    }

    /// Subscribes to a channel.
    ///
    /// - Parameters:
    ///   - onNotice: Called with the payload of each notice.
    ///   - onHearing: Called with true when listening has begun, the first time included: what was announced before may
    ///     have been missed, and every notice from now on is heard. Called with false when notices may be missed from
    ///     now on.
    package func subscribe(
        to channel: String, onNotice: @escaping @Sendable (_ payload: String) -> Void,
        onHearing: @escaping @Sendable (_ isHearing: Bool) -> Void
    ) {
        state.withLock {
            $0.subscribers[channel, default: []].append(Subscriber(onNotice: onNotice, onHearing: onHearing))
        }
    }

    /// Has the processes of one database help each other with a queue.
    ///
    /// Work that is made in a process is announced to its own worker by a signal, and usually done before the next
    /// heartbeat. Other processes are not woken for that.
    ///
    /// - Parameters:
    ///   - queue: Its name, the same in each process; without spaces.
    ///   - isBehind: Whether work waits here, asked at each heartbeat.
    ///   - wake: Called when another process says that work waits there.
    package func share(
        _ queue: String, isBehind: @escaping @Sendable () -> Bool, wake: @escaping @Sendable () -> Void
    ) {
        state.withLock { $0.queues[queue] = Queue(isBehind: isBehind, wake: wake) }
    }

    /// Whether every notice is heard, as far as is known.
    package var isHearing: Bool { state.withLock { $0.isHearing } }

    /// Every notice that was committed before this moment, and since listening began, has been heard; nil while that
    /// is not known.
    package var heardUntil: ContinuousClock.Instant? { state.withLock { $0.heardUntil } }

    /// Listens and sends heartbeats until the task is cancelled.
    ///
    /// **Errors** As `PostgresListener.run`.
    package func run() async throws {
        defer { fallSilent() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.listen() }
            group.addTask { await self.beat() }
            group.addTask { await self.watch() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    // MARK: Listening

    private func listen() async throws {
        let channels = state.withLock { [Self.heartbeatChannel, Self.workChannel] + $0.subscribers.keys.sorted() }
        while !Task.isCancelled {
            let seen = deafness.count
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await self.listener.run(channels: channels) {
                        self.heard($0, $1)
                    } onReconnect: {
                        self.state.withLock { $0.isListening = true }
                        self.begin()
                    }
                }
                group.addTask { await self.deafness.wait(beyond: seen) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func heard(_ channel: String, _ payload: String) {
        switch channel {
        case Self.heartbeatChannel: heardBeat(payload)
        case Self.workChannel: heardWork(payload)
        default:
            calls.withLock { _ in
                for subscriber in state.withLock({ $0.subscribers[channel] ?? [] }) { subscriber.onNotice(payload) }
            }
        }
    }

    private func heardBeat(_ payload: String) {
        let words = payload.split(separator: " ")
        guard words.count == 2, words[0] == process, let number = Int(words[1]) else { return }
        let wasSilent = state.withLock { state in
            // One from before a silence proves nothing about what came in it.
            guard let sentAt = state.sentAt[number] else { return false }
            state.sentAt = state.sentAt.filter { $0.key > number }
            (state.heardUntil, state.lastHeard, state.unheard) = (sentAt, .now, 0)
            return !state.isHearing
        }
        if wasSilent { begin() }
    }

    private func heardWork(_ payload: String) {
        let words = payload.split(separator: " ")
        guard let first = words.first, first != process else { return }
        for queue in words.dropFirst() { state.withLock { $0.queues[String(queue)] }?.wake() }
    }

    /// From here on every notice is heard.
    private func begin() {
        calls.withLock { _ in
            let subscribers = state.withLock { state in
                (state.isHearing, state.heardUntil, state.lastHeard) = (true, nil, .now)
                (state.sentAt, state.unheard) = ([:], 0)
                return state.subscribers.values.flatMap(\.self)
            }
            for subscriber in subscribers { subscriber.onHearing(true) }
        }
    }

    // MARK: Heartbeats

    private func beat() async {
        while !Task.isCancelled {
            let behind = state.withLock { $0.queues }.filter { $0.value.isBehind() }.keys.sorted()
            let number = state.withLock { state in
                defer { state.nextBeat += 1 }
                state.sentAt[state.nextBeat] = .now
                return state.nextBeat
            }
            do {
                let notice = notice(ofBeat: number, behind: behind)
                // A pool whose connections are all in use must not look like notices that are lost.
                _ = try await pool.withConnection(isUrgent: true) { try await $0.query(notice, timeout: patience) }
                state.withLock { if $0.sentAt[number] != nil { $0.unheard += 1 } }
            } catch {
                state.withLock { _ = $0.sentAt.removeValue(forKey: number) }
                logger.debug("a heartbeat could not be sent", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: heartbeat)
        }
    }

    private func notice(ofBeat number: Int, behind queues: [String]) -> PostgresStatement {
        let beat: [PostgresValue] = [.text(Self.heartbeatChannel), .text("\(process) \(number)")]
        if queues.isEmpty { return PostgresStatement("select pg_notify($1, $2)", beat) }
        let work: [PostgresValue] = [.text(Self.workChannel), .text(([process] + queues).joined(separator: " "))]
        return PostgresStatement("select pg_notify($1, $2), pg_notify($3, $4)", beat + work)
    }

    /// Notices when heartbeats stay away, also while one cannot be sent.
    private func watch() async {
        while !Task.isCancelled {
            let silence = state.withLock { $0.lastHeard.duration(to: .now) }
            if silence >= patience {
                fallSilent()
                giveUpDeafConnection()
                try? await Task.sleep(for: heartbeat)
            } else {
                try? await Task.sleep(for: patience - silence)
            }
        }
    }

    private func fallSilent() {
        let hasChanged = calls.withLock { _ in
            let subscribers = state.withLock { state -> [Subscriber] in
                guard state.isHearing else { return [] }
                (state.isHearing, state.heardUntil) = (false, nil)
                return state.subscribers.values.flatMap(\.self)
            }
            for subscriber in subscribers { subscriber.onHearing(false) }
            return !subscribers.isEmpty
        }
        if hasChanged, !Task.isCancelled {
            logger.warning("notices of other processes do not arrive; reading from the database until they do")
        }
    }

    /// Has a new connection opened when the database takes heartbeats and the present one hears none. One that broke is
    /// replaced by the listener itself.
    private func giveUpDeafConnection() {
        let isDeaf = state.withLock { state in
            guard state.isListening, state.unheard > 1 else { return false }
            state.isListening = false
            return true
        }
        if isDeaf { deafness.raise() }
    }
}
