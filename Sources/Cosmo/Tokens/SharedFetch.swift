import Synchronization

/// Keeps one value that is costly to fetch: fetched once however many callers need it, and again when its time is up.
///
/// The first caller that finds no usable value fetches it in its own task while the others wait; when that caller is
/// cancelled, one of the waiting takes over, so that nobody fails for another's impatience.
///
/// **Concurrency**: safe from any task.
final class SharedFetch<Value: Sendable & Equatable>: Sendable {
    struct Fetched: Sendable {
        let value: Value
        /// How long the value may be handed out, counted from the moment the fetch began.
        let usableFor: Duration
    }

    typealias Fetch = @Sendable () async throws(CosmoError) -> Fetched

    /// What holds: `waiting` is empty unless one caller is inside `fetch`, which is exactly when `isFetching`.
    private struct State {
        var kept: (value: Value, until: ContinuousClock.Instant)?
        var isFetching = false
        var nextTicket: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Turn, Never>] = [:]

        /// What a caller does that arrives now; nil when it has to wait.
        mutating func arrive(at instant: ContinuousClock.Instant) -> Turn? {
            if let kept, instant < kept.until { return .value(kept.value) }
            guard !isFetching else { return nil }
            isFetching = true
            return .fetchItYourself
        }

        mutating func endFlight() -> [CheckedContinuation<Turn, Never>] {
            isFetching = false
            defer { waiting.removeAll() }
            return Array(waiting.values)
        }
    }

    private enum Turn: Sendable {
        case value(Value)
        case failed(CosmoError)
        case fetchItYourself
        case cancelled
    }

    private let state = Mutex(State())
    private let call: CosmoCall
    private let now: @Sendable () -> ContinuousClock.Instant
    private let fetch: Fetch

    init(
        call: CosmoCall, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now },
        fetch: @escaping Fetch
    ) {
        self.call = call
        self.now = now
        self.fetch = fetch
    }

    /// The kept value, or a fresh one.
    ///
    /// **Errors**: the failure of the one fetch that all waiting callers share; a failure is not kept.
    func value() async throws(CosmoError) -> Value {
        let instant = now()
        let immediate = state.withLock { $0.arrive(at: instant) }
        let turn = if let immediate { immediate } else { await wait() }
        switch turn {
        case .value(let value): return value
        case .failed(let error): throw error
        case .fetchItYourself: return try await fetchForAll()
        case .cancelled: throw CosmoError(call: call, kind: .notSent, reason: .cancelled)
        }
    }

    /// Forgets a value that turned out useless, unless it has been replaced meanwhile.
    func drop(_ value: Value) {
        state.withLock { state in
            if state.kept?.value == value { state.kept = nil }
        }
    }

    private func fetchForAll() async throws(CosmoError) -> Value {
        let began = now()
        do {
            let fetched = try await fetch()
            let waiting = state.withLock { state in
                state.kept = (fetched.value, began + fetched.usableFor)
                return state.endFlight()
            }
            for continuation in waiting { continuation.resume(returning: .value(fetched.value)) }
            return fetched.value
        } catch {
            if error.reason == .cancelled {
                handOver()
            } else {
                let waiting = state.withLock { $0.endFlight() }
                for continuation in waiting { continuation.resume(returning: .failed(error)) }
            }
            throw error
        }
    }

    /// Lets the longest waiting caller fetch instead; the flight stays open when there is one.
    private func handOver() {
        let heir = state.withLock { state -> CheckedContinuation<Turn, Never>? in
            guard let first = state.waiting.keys.min() else {
                state.isFetching = false
                return nil
            }
            return state.waiting.removeValue(forKey: first)
        }
        heir?.resume(returning: .fetchItYourself)
    }

    private func wait() async -> Turn {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let instant = now()
                let turn = state.withLock { state -> Turn? in
                    // The cancelled flag is raised before the handler runs, so one of the two always sees the other.
                    if Task.isCancelled { return .cancelled }
                    // The flight may have ended since the caller arrived.
                    if let turn = state.arrive(at: instant) { return turn }
                    state.waiting[ticket] = continuation
                    return nil
                }
                if let turn { continuation.resume(returning: turn) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: ticket) }
            continuation?.resume(returning: .cancelled)
        }
    }
}
