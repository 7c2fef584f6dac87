import Synchronization

/// Runs something costly once for all who want it at the same time.
///
/// The first caller runs it in its own task while the others wait. When that caller is cancelled, one of the waiting
/// takes over, so that nobody fails because another gave up. No outcome is kept: the next caller starts a new flight.
///
/// **Concurrency** Safe from any task. A waiting task that is cancelled throws at once.
package final class SingleFlight<Value: Sendable, Failure: Error>: Sendable {
    private enum Turn: Sendable {
        case ended(Result<Value, Failure>)
        /// The flight is the caller's own from now on.
        case fly
        case cancelled
    }

    /// What holds: both lists are empty unless somebody flies.
    private struct State {
        var isFlying = false
        /// Those who take the outcome of the flight under way, in the order they came.
        var passengers: [Waiter<Turn>] = []
        /// Those who want a flight that begins after they came, in that order.
        var forNext: [Waiter<Turn>] = []

        mutating func remove(_ waiter: Waiter<Turn>) -> Bool {
            if let index = passengers.firstIndex(where: { $0 === waiter }) {
                passengers.remove(at: index)
                return true
            }
            guard let index = forNext.firstIndex(where: { $0 === waiter }) else { return false }
            forNext.remove(at: index)
            return true
        }

        /// Ends the flight; returns who flies next.
        mutating func land() -> Waiter<Turn>? {
            passengers = forNext
            forNext = []
            return takeOff()
        }

        /// The first of the passengers flies; nobody does when there are none.
        mutating func takeOff() -> Waiter<Turn>? {
            isFlying = !passengers.isEmpty
            return isFlying ? passengers.removeFirst() : nil
        }
    }

    private let state = Mutex(State())
    private let cancelled: Failure
    private let isCancellation: @Sendable (Failure) -> Bool

    /// Makes a flight that nobody has begun.
    ///
    /// - Parameters:
    ///   - cancelled: What a caller throws that is cancelled while it waits.
    ///   - isCancellation: Whether a failure means only that the task that flew was cancelled.
    package init(cancelled: Failure, isCancellation: @escaping @Sendable (Failure) -> Bool) {
        self.cancelled = cancelled
        self.isCancellation = isCancellation
    }

    /// How many callers wait.
    package var waitingCount: Int { state.withLock { $0.passengers.count + $0.forNext.count } }

    /// The outcome of the flight under way, or of an own one when there is none.
    ///
    /// **Errors** What the flight threw; `cancelled`.
    package func join(_ fly: () async throws(Failure) -> Value) async throws(Failure) -> Value {
        try await value(\.passengers, fly)
    }

    /// The outcome of a flight that begins after this call: the next one, when one is under way.
    ///
    /// **Errors** What the flight threw; `cancelled`.
    package func fresh(_ fly: () async throws(Failure) -> Value) async throws(Failure) -> Value {
        try await value(\.forNext, fly)
    }

    private func value(
        _ list: WritableKeyPath<State, [Waiter<Turn>]>, _ fly: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        let waiter: Waiter<Turn>? = state.withLock { state in
            guard state.isFlying else {
                state.isFlying = true
                return nil
            }
            let waiter = Waiter<Turn>()
            state[keyPath: list].append(waiter)
            return waiter
        }
        guard let waiter else { return try await flyForAll(fly) }
        switch await waiter.value(onCancel: { abandon(waiter) }) {
        case .ended(let outcome): return try outcome.get()
        case .fly: return try await flyForAll(fly)
        case .cancelled: throw cancelled
        }
    }

    private func abandon(_ waiter: Waiter<Turn>) {
        if state.withLock({ $0.remove(waiter) }) { waiter.answer(.cancelled) }
    }

    private func flyForAll(_ fly: () async throws(Failure) -> Value) async throws(Failure) -> Value {
        do {
            let value = try await fly()
            end(.success(value))
            return value
        } catch {
            if isCancellation(error) { handOver() } else { end(.failure(error)) }
            throw error
        }
    }

    private func end(_ outcome: Result<Value, Failure>) {
        let (passengers, next) = state.withLock { state in (state.passengers, state.land()) }
        for passenger in passengers { passenger.answer(.ended(outcome)) }
        next?.answer(.fly)
    }

    /// The new flight begins now, so those who wait for the next one are passengers of it.
    private func handOver() {
        let heir = state.withLock { state in
            state.passengers += state.forNext
            state.forNext = []
            return state.takeOff()
        }
        heir?.answer(.fly)
    }
}

extension SingleFlight where Failure == any Error {
    /// Makes a flight whose cancellation is a `CancellationError`.
    package convenience init() {
        self.init(cancelled: CancellationError(), isCancellation: { $0 is CancellationError })
    }
}
