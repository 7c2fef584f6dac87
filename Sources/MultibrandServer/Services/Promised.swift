import Synchronization

/// A value that becomes known once, and may be waited for by many; a wait ends when its task is cancelled.
final class Promised<Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value, any Error>

    private enum State: Sendable {
        case open(waiting: [UInt64: Waiter], nextID: UInt64)
        case settled(Result<Value, any Error>)
    }

    private let state = Mutex(State.open(waiting: [:], nextID: 0))

    /// **Errors** what the promise failed with, `CancellationError` when the waiting task is cancelled.
    var value: Value {
        get async throws {
            let id = makeID()
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { wait($0, id) }
            } onCancel: {
                abandon(id)
            }
        }
    }

    /// The first of these two wins; later ones change nothing.
    func fulfil(_ value: Value) { settle(.success(value)) }
    func fail(_ error: any Error) { settle(.failure(error)) }

    private func makeID() -> UInt64 {
        state.withLock { state in
            guard case .open(let waiting, let id) = state else { return 0 }
            state = .open(waiting: waiting, nextID: id + 1)
            return id
        }
    }

    private func wait(_ waiter: Waiter, _ id: UInt64) {
        let known: Result<Value, any Error>? = state.withLock { state in
            switch state {
            case .open(var waiting, let nextID):
                // A task that was cancelled before this has been looked for already, in vain.
                if Task.isCancelled { return .failure(CancellationError()) }
                waiting[id] = waiter
                state = .open(waiting: waiting, nextID: nextID)
                return nil
            case .settled(let result):
                return result
            }
        }
        if let known { waiter.resume(with: known) }
    }

    private func abandon(_ id: UInt64) {
        let waiter: Waiter? = state.withLock { state in
            guard case .open(var waiting, let nextID) = state else { return nil }
            defer { state = .open(waiting: waiting, nextID: nextID) }
            return waiting.removeValue(forKey: id)
        }
        waiter?.resume(throwing: CancellationError())
    }

    private func settle(_ result: Result<Value, any Error>) {
        let waiting: [UInt64: Waiter] = state.withLock { state in
            guard case .open(let waiting, _) = state else { return [:] }
            state = .settled(result)
            return waiting
        }
        for waiter in waiting.values { waiter.resume(with: result) }
    }
}
