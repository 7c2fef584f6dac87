import Synchronization

/// Wakes the worker's loops when something may be due, in this process; other processes' loops find it by polling.
///
/// Arrivals are counted, so that one between a loop's last look and its wait is not missed. A stream would not do: the
/// end of a wait cancels who iterates it, and an `AsyncStream` that was cancelled once ends every later wait at once.
final class InboxArrivals: Sendable {
    private struct State {
        var count: UInt64 = 0
        var nextID: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())

    /// How many arrivals there were, for ``wait(beyond:)``.
    var count: UInt64 { state.withLock { $0.count } }

    /// Says that something arrived.
    func signal() {
        let waiting = state.withLock { state in
            state.count += 1
            defer { state.waiting.removeAll() }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume() }
    }

    /// Waits until there were more arrivals than `seen`, or the task is cancelled.
    func wait(beyond seen: UInt64) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    // The handler below takes the same lock, after the flag is set: one of both sees the other.
                    if state.count > seen || Task.isCancelled { return true }
                    state.waiting[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
