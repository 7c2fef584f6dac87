package import Logging
package import PostgreSQL
import Synchronization
import Waiting

/// Finds out who makes a call, by the key it carries.
///
/// The working keys' digests are held in memory. A change that another process makes is announced, and heartbeats of
/// the notices say up to when nothing was announced. While they stay away, ``run()`` reads the digests again every two
/// seconds. A key that is not among them is looked for in the database before it is refused, so a new key works at
/// once.
///
/// **Guarantees** A revoked key is refused as soon as the notice of its revocation is heard. If that is lost, it is
/// refused two seconds after the revocation (five if the database answers slowly), in every process. Streams
/// that it opened end by then (``untilRefused(key:as:)``). When the database cannot be asked for that long, nobody is
/// let in. A flood of bad keys costs one read at a time.
/// **Concurrency** Free for all.
package final class Authenticator: Sendable {
    /// How long what was read may be relied on: the bound on noticing a revocation.
    package static let staleAfter = Duration.seconds(5)
    /// How long after it was known to be true ``run()`` reads it again: longer than the heartbeats of notices are
    /// apart.
    private static let refreshInterval = Duration.seconds(2)
    /// How often ``run()`` reads again although nothing was announced.
    private static let heardRefreshInterval = Duration.seconds(60)

    private let pool: PostgresPool
    private let notices: PostgresNotices?
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())
    /// Those who ask while a read is under way that may have begun too early for them share the next one.
    private let reads = SingleFlight<Snapshot, any Error>()
    private let changes = Signal()

    private struct State: Sendable {
        var snapshot: Snapshot?
        /// What was read earlier does not count: a client was changed since, or may have been.
        var countsFrom: ContinuousClock.Instant?
        /// Streams that are open, and want to know when their key stops working.
        var streams: [Int: OpenStream] = [:]
        var nextStream = 0
    }

    private struct OpenStream: Sendable {
        let digest: [UInt8]
        let caller: Caller
        let waiter: Waiter<Result<AccessError, any Error>>
    }

    private struct Snapshot: Sendable {
        let callers: [[UInt8]: Caller]
        /// When the read began: whatever was committed before it is in it.
        let readAt: ContinuousClock.Instant
    }

    /// Makes an authenticator that has read nothing yet.
    ///
    /// - Parameters:
    ///   - notices: what announces the changes of other processes, not running yet.
    ///   - now: the clock for the age of what was read.
    package init(
        pool: PostgresPool, notices: PostgresNotices? = nil, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.pool = pool
        self.notices = notices
        self.logger = logger
        self.now = now
        notices?.subscribe(
            to: APIClientStore.changedChannel, onNotice: { [weak self] _ in self?.forget() },
            onHearing: { [weak self] _ in self?.forget() })
    }

    /// Keeps what is held in memory fresh until the task is cancelled.
    package func run() async throws {
        // A change is looked for at once, since open streams do not ask again by themselves as calls do.
        await WorkLoop(
            "reading the API clients", wake: changes, poll: Self.heardRefreshInterval,
            backoff: Backoff(base: Self.refreshInterval, cap: Self.refreshInterval, jitter: .equal), logger: logger
        ).run {
            let left = timeLeft()
            if left > .zero { return .idle(atMost: left) }
            _ = try await reload()
            return .idle(atMost: Self.refreshInterval)
        }
    }

    /// How long what is held in memory need not be read again.
    private func timeLeft() -> Duration {
        guard let (snapshot, trueAt) = countedSnapshot() else { return .zero }
        let now = now()
        return min(
            now.duration(to: trueAt + Self.refreshInterval),
            now.duration(to: snapshot.readAt + Self.heardRefreshInterval))
    }

    /// What was read last, unless a client was changed since; with the moment at which it is last known to have been
    /// true: when it was read, or until when a heartbeat says that nothing was announced.
    private func countedSnapshot() -> (snapshot: Snapshot, trueAt: ContinuousClock.Instant)? {
        // Read first, so that a change announced before it is known below.
        let heardUntil = notices?.heardUntil
        let (snapshot, countsFrom) = state.withLock { ($0.snapshot, $0.countsFrom) }
        guard let snapshot else { return nil }
        if let countsFrom, snapshot.readAt <= countsFrom { return nil }
        return (snapshot, max(snapshot.readAt, heardUntil ?? snapshot.readAt))
    }

    /// The caller with this key when memory alone can tell, nil when ``authenticate(key:)`` has to be asked.
    ///
    /// **Errors** `UNAUTHENTICATED` for what cannot be a key.
    /// **Cost** One SHA-256 and one look-up; never suspends.
    package func cached(key: String) throws(AccessError) -> Caller? {
        guard let digest = APIKey.digest(of: key) else { throw Self.noKey }
        return cached(digest: digest)
    }

    /// The caller with this key.
    ///
    /// **Errors** `UNAUTHENTICATED`; the database's error when it must be asked and cannot be.
    package func authenticate(key: String?) async throws -> Caller {
        guard let key, let digest = APIKey.digest(of: key) else { throw Self.noKey }
        if let caller = cached(digest: digest) { return caller }
        guard let caller = try await reload().callers[digest] else {
            throw AccessError(.unauthenticated, "this key is not known or was revoked: ask an operator for another")
        }
        return caller
    }

    private static let noKey = AccessError(
        .unauthenticated, "send an API client's key as `authorization: Bearer \(APIKey.prefix)...`")

    /// Makes sure that a key which opened a stream still works, and for the same caller.
    ///
    /// **Errors** `UNAUTHENTICATED`; the database's error when it must be asked and cannot be.
    /// **Cost** As ``cached(key:)`` while what was read is fresh.
    package func confirm(key: String, as caller: Caller) async throws {
        if try cached(key: key) == caller { return }
        guard try await authenticate(key: key) == caller else { throw Self.refusedMeanwhile }
    }

    /// Waits until the key of an open stream has stopped working, or has become somebody else's or another role's.
    ///
    /// Noticed by whichever read comes first: that of ``run()``, or of any caller whose key memory did not know.
    /// **Errors** `CancellationError`.
    package func untilRefused(key: String, as caller: Caller) async throws -> AccessError {
        guard let digest = APIKey.digest(of: key) else { return Self.refusedMeanwhile }
        let id = state.withLock { state in
            state.nextStream += 1
            return state.nextStream
        }
        let waiter = Waiter<Result<AccessError, any Error>>()
        let isOver = state.withLock { state in
            // A read may have ended since the stream was let in.
            if let snapshot = state.snapshot, snapshot.callers[digest] != caller { return true }
            state.streams[id] = OpenStream(digest: digest, caller: caller, waiter: waiter)
            return false
        }
        if isOver { return Self.refusedMeanwhile }
        return try await waiter.value {
            state.withLock { $0.streams.removeValue(forKey: id) }?.waiter.answer(.failure(CancellationError()))
        }.get()
    }

    /// How many open streams wait to hear of their keys.
    package var openStreamCount: Int { state.withLock { $0.streams.count } }

    private static let refusedMeanwhile = AccessError(
        .unauthenticated, "the key of this stream was revoked, or its role changed: open the stream again with another")

    /// Lets the next call read again, and has open streams checked; called after a client was changed, or may have
    /// been.
    package func forget() {
        let changedAt = now()
        // Another call may have noted a later moment already.
        state.withLock { $0.countsFrom = max($0.countsFrom ?? changedAt, changedAt) }
        changes.raise()
    }

    /// Looked up by the digest of what came in: how long that takes reveals nothing about any stored key.
    private func cached(digest: [UInt8]) -> Caller? {
        guard let (snapshot, trueAt) = countedSnapshot(), now() - trueAt < Self.staleAfter else { return nil }
        return snapshot.callers[digest]
    }

    // MARK: Reading

    /// Reads the working keys with a read that begins after this call; callers at the same time share one.
    private func reload() async throws -> Snapshot {
        try await reads.fresh { () async throws in
            let readAt = now()
            let credentials = try await pool.all(APIClientStore.credentials()).compactMap(\.self)
            let callers = Dictionary(credentials.map { ($0.digest, $0.caller) }) { first, _ in first }
            let snapshot = Snapshot(callers: callers, readAt: readAt)
            let refused = state.withLock { state in
                state.snapshot = snapshot
                let refused = state.streams.filter { snapshot.callers[$0.value.digest] != $0.value.caller }
                for id in refused.keys { state.streams[id] = nil }
                return refused.values
            }
            for stream in refused { stream.waiter.answer(.success(Self.refusedMeanwhile)) }
            return snapshot
        }
    }
}
