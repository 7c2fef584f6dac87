import Synchronization

/// A value that becomes known once, and may be waited for by many; a wait ends when its task is cancelled.
///
/// **Concurrency** Safe from any task.
package final class Promise<Value: Sendable>: Sendable {
    /// What a promise ends with.
    package typealias Outcome = Result<Value, any Error>

    private enum State {
        case open([ObjectIdentifier: Waiter<Outcome>])
        case kept(Outcome)
    }

    private let state = Mutex(State.open([:]))

    /// Makes a promise whose value is not known.
    package init() {}

    /// What it ended with; nil while that is not known.
    package var outcome: Outcome? {
        state.withLock { state in
            guard case .kept(let outcome) = state else { return nil }
            return outcome
        }
    }

    /// The value; waits until it is known.
    ///
    /// **Errors** What the promise failed with; `CancellationError` when the task is cancelled first.
    package var value: Value {
        get async throws {
            let waiter = Waiter<Outcome>()
            state.withLock { state in
                switch state {
                case .open(var waiting):
                    waiting[ObjectIdentifier(waiter)] = waiter
                    state = .open(waiting)
                case .kept(let outcome): waiter.answer(outcome)
                }
            }
            return try await waiter.value { abandon(waiter) }.get()
        }
    }

    /// Makes the value known. The first outcome counts; later ones change nothing.
    package func fulfil(_ value: Value) { end(.success(value)) }

    /// Fails all waits, now and later. The first outcome counts; later ones change nothing.
    package func fail(_ error: any Error) { end(.failure(error)) }

    private func abandon(_ waiter: Waiter<Outcome>) {
        let isWaiting = state.withLock { state in
            guard case .open(var waiting) = state else { return false }
            let isWaiting = waiting.removeValue(forKey: ObjectIdentifier(waiter)) != nil
            state = .open(waiting)
            return isWaiting
        }
        if isWaiting { waiter.answer(.failure(CancellationError())) }
    }

    private func end(_ outcome: Outcome) {
        let waiting: [ObjectIdentifier: Waiter<Outcome>] = state.withLock { state in
            guard case .open(let waiting) = state else { return [:] }
            state = .kept(outcome)
            return waiting
        }
        for waiter in waiting.values { waiter.answer(outcome) }
    }
}

extension Promise where Value == Void {
    /// Ends the waits.
    package func fulfil() { fulfil(()) }
}
