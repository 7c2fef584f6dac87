public import Logging
public import PostgreSQL
import Synchronization

/// Finds out who makes a call, by the key it carries.
///
/// The working keys' digests are held in memory, read again every two seconds by ``run()``. A key that is not among
/// them is looked for in the database before it is refused, so a new key works at once.
///
/// **Guarantees** A revoked key is refused five seconds after its revocation at the latest, in every process, and streams
/// that it opened end by then (``untilRefused(key:as:)``); when the database cannot be asked for that long, nobody is
/// let in. A flood of bad keys costs one read at a time.
/// **Concurrency** Free for all.
public final class Authenticator: Sendable {
    /// How long what was read may be relied on: the bound on noticing a revocation.
    public static let staleAfter = Duration.seconds(5)
    /// How often ``run()`` reads again.
    public static let refreshInterval = Duration.seconds(2)

    private let pool: PostgresPool
    private let logger: Logger
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State())
    private let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    private struct State: Sendable {
        var snapshot: Snapshot?
        /// What was read earlier does not count: this process changed a client since.
        var countsFrom: ContinuousClock.Instant?
        var isLoading = false
        /// Those who asked while a read was under way that may have begun too early for them.
        var waiting: [Waiter] = []
        /// Streams that are open, and want to know when their key stops working.
        var streams: [Int: OpenStream] = [:]
        var nextStream = 0
    }

    private struct OpenStream: Sendable {
        let digest: [UInt8]
        let caller: Caller
        let continuation: CheckedContinuation<AccessError, any Error>
    }

    private struct Snapshot: Sendable {
        let callers: [[UInt8]: Caller]
        /// When the read began: whatever was committed before it is in it.
        let readAt: ContinuousClock.Instant
    }

    /// What a waiter is woken with: the outcome of a read, or the duty to make one for the others.
    private enum Turn: Sendable {
        case read(Result<Snapshot, any Error>)
        case lead([Waiter])
    }
    private typealias Waiter = CheckedContinuation<Turn, Never>

    /// Makes an authenticator that has read nothing yet.
    ///
    /// - Parameter now: the clock for the age of what was read.
    public init(
        pool: PostgresPool, logger: Logger, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.pool = pool
        self.logger = logger
        self.now = now
    }

    /// Keeps what is held in memory fresh until the task is cancelled.
    public func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while await self.refresh() {
                    // No process announces a changed client to the others: this interval bounds how long a revoked key works here.
                    do { try await Task.sleep(for: Self.refreshInterval) } catch { return }
                }
            }
            group.addTask {
                // Streams that are open do not ask again by themselves as calls do.
                for await _ in self.wakes where await !self.refresh() { return }
            }
            await group.waitForAll()
        }
    }

    /// Reads again; false when the task is to end.
    private func refresh() async -> Bool {
        do {
            _ = try await reload()
        } catch is CancellationError {
            return false
        } catch {
            logger.failed("api clients could not be read", error)
        }
        return !Task.isCancelled
    }

    /// The caller with this key, when memory alone can tell; nil says to ask ``authenticate(key:)``.
    ///
    /// **Cost** One SHA-256 and one look-up; never suspends.
    public func cached(key: String) -> Caller? {
        APIKey.digest(of: key).flatMap(cached(digest:))
    }

    /// The caller with this key when memory alone can tell, nil when ``authenticate(key:)`` has to be asked.
    ///
    /// **Errors** `UNAUTHENTICATED` for what cannot be a key.
    /// **Cost** As ``cached(key:)``.
    public func admit(key: String) throws(AccessError) -> Caller? {
        guard let digest = APIKey.digest(of: key) else { throw Self.noKey }
        return cached(digest: digest)
    }

    /// The caller with this key.
    ///
    /// **Errors** `UNAUTHENTICATED`; the database's error when it must be asked and cannot be.
    public func authenticate(key: String?) async throws -> Caller {
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
    public func confirm(key: String, as caller: Caller) async throws {
        if cached(key: key) == caller { return }
        guard try await authenticate(key: key) == caller else { throw Self.refusedMeanwhile }
    }

    /// Waits until the key of an open stream has stopped working, or has become somebody else's or another role's.
    ///
    /// Noticed by whichever read comes first: that of ``run()``, or of any caller whose key memory did not know.
    /// **Errors** `CancellationError`.
    public func untilRefused(key: String, as caller: Caller) async throws -> AccessError {
        guard let digest = APIKey.digest(of: key) else { return Self.refusedMeanwhile }
        let id = state.withLock { state in
            state.nextStream += 1
            return state.nextStream
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state -> Result<AccessError, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    // A read may have ended since the stream was let in.
                    if let snapshot = state.snapshot, snapshot.callers[digest] != caller {
                        return .success(Self.refusedMeanwhile)
                    }
                    state.streams[id] = OpenStream(digest: digest, caller: caller, continuation: continuation)
                    return nil
                }
                if let isOver { continuation.resume(with: isOver) }
            }
        } onCancel: {
            let stream = state.withLock { $0.streams.removeValue(forKey: id) }
            stream?.continuation.resume(throwing: CancellationError())
        }
    }

    /// How many open streams wait to hear of their keys.
    public var openStreamCount: Int { state.withLock { $0.streams.count } }

    private static let refusedMeanwhile = AccessError(
        .unauthenticated, "the key of this stream was revoked, or its role changed: open the stream again with another")

    /// Lets the next call read again, and has open streams checked; called after this process changed a client.
    public func forget() {
        let changedAt = now()
        state.withLock { $0.countsFrom = changedAt }
        wake.yield()
    }

    /// Looked up by the digest of what came in: how long that takes reveals nothing about any stored key.
    private func cached(digest: [UInt8]) -> Caller? {
        let (snapshot, countsFrom) = state.withLock { ($0.snapshot, $0.countsFrom) }
        guard let snapshot, now() - snapshot.readAt < Self.staleAfter else { return nil }
        if let countsFrom, snapshot.readAt <= countsFrom { return nil }
        return snapshot.callers[digest]
    }

    // MARK: Reading

    /// Reads the working keys with a read that begins after this call; callers at the same time share one.
    private func reload() async throws -> Snapshot {
        while true {
            let isLeader = state.withLock { state in
                defer { state.isLoading = true }
                return !state.isLoading
            }
            let turn = isLeader ? Turn.lead([]) : await waitForTurn()
            switch turn {
            case .lead(let followers):
                return try await lead(followers)
            case .read(.success(let snapshot)):
                return snapshot
            case .read(.failure(let error)):
                // The reader's own task was cancelled, which is none of this caller's business.
                if error is CancellationError, !Task.isCancelled { continue }
                throw error
            }
        }
    }

    private func waitForTurn() async -> Turn {
        await withCheckedContinuation { continuation in
            let leadsAtOnce = state.withLock { state in
                // The read under way may have ended between the two locks.
                guard state.isLoading else {
                    state.isLoading = true
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if leadsAtOnce { continuation.resume(returning: .lead([])) }
        }
    }

    private func lead(_ followers: [Waiter]) async throws -> Snapshot {
        let result: Result<Snapshot, any Error>
        do {
            let readAt = now()
            let credentials = try await pool.withConnection { try await APIClientStore.credentials(on: $0) }
            let callers = Dictionary(credentials.map { ($0.digest, $0.caller) }) { first, _ in first }
            let snapshot = Snapshot(callers: callers, readAt: readAt)
            let refused = state.withLock { state in
                state.snapshot = snapshot
                let refused = state.streams.filter { snapshot.callers[$0.value.digest] != $0.value.caller }
                for id in refused.keys { state.streams[id] = nil }
                return refused.values
            }
            for stream in refused { stream.continuation.resume(returning: Self.refusedMeanwhile) }
            result = .success(snapshot)
        } catch {
            result = .failure(error)
        }
        for follower in followers { follower.resume(returning: .read(result)) }
        passOn()
        return try result.get()
    }

    /// Hands the next read to one of those who came meanwhile.
    private func passOn() {
        let next: (leader: Waiter, followers: [Waiter])? = state.withLock { state in
            guard let leader = state.waiting.first else {
                state.isLoading = false
                return nil
            }
            let followers = Array(state.waiting.dropFirst())
            state.waiting = []
            return (leader, followers)
        }
        if let next { next.leader.resume(returning: .lead(next.followers)) }
    }
}
