import Synchronization

/// Wakes a worker that waits for work, from anywhere in the process.
///
/// **Guarantees** A signal given while nobody waits is kept: the next wait returns at once.
/// **Concurrency** Any task may give it; several may wait, and each signal wakes all of them.
final class WorkSignal: Sendable {
    private struct State {
        var isRaised = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var cancelled: Set<UInt64> = []
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())

    func raise() {
        let waiters = state.withLock { state in
            defer { state.waiters.removeAll() }
            state.isRaised = state.waiters.isEmpty
            return state.waiters.values.map { $0 }
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits for a signal, at most so long; returns at once when the task is cancelled.
    func wait(atMost pause: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            // Signals wake this process only: what other processes wrote, and what comes due by time, is found by looking.
            group.addTask { try? await Task.sleep(for: pause) }
            group.addTask { await self.wait() }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait() async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    if state.cancelled.remove(id) != nil { return true }
                    if state.isRaised {
                        state.isRaised = false
                        return true
                    }
                    state.waiters[id] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                if let waiter = state.waiters.removeValue(forKey: id) { return Optional(waiter) }
                state.cancelled.insert(id)
                return nil
            }
            waiter?.resume()
        }
        // A cancellation that came after the wake-up has left its mark.
        state.withLock { _ = $0.cancelled.remove(id) }
    }
}
