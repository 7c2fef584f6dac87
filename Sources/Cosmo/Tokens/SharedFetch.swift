import Synchronization
import Waiting

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

    private let kept = Mutex<(value: Value, until: ContinuousClock.Instant)?>(nil)
    private let flight: SingleFlight<Value, CosmoError>
    private let now: @Sendable () -> ContinuousClock.Instant
    private let fetch: Fetch

    init(
        call: CosmoCall, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock().now },
        fetch: @escaping Fetch
    ) {
        self.now = now
        self.fetch = fetch
        flight = SingleFlight(
            cancelled: CosmoError(call: call, kind: .notSent, reason: .cancelled),
            isCancellation: { $0.reason == .cancelled })
    }

    /// The kept value, or a fresh one.
    ///
    /// **Errors**: the failure of the one fetch that all waiting callers share; a failure is not kept.
    func value() async throws(CosmoError) -> Value {
        if let value = usable(at: now()) { return value }
        return try await flight.join { () async throws(CosmoError) in
            let began = now()
            // A flight may have ended since the look above.
            if let value = usable(at: began) { return value }
            let fetched = try await fetch()
            kept.withLock { $0 = (fetched.value, began + fetched.usableFor) }
            return fetched.value
        }
    }

    /// Forgets a value that turned out useless, unless it has been replaced meanwhile.
    func drop(_ value: Value) {
        kept.withLock { kept in
            if kept?.value == value { kept = nil }
        }
    }

    private func usable(at instant: ContinuousClock.Instant) -> Value? {
        kept.withLock { kept in
            guard let kept, instant < kept.until else { return nil }
            return kept.value
        }
    }
}
