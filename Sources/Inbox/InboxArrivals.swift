import Synchronization

/// Wakes the worker's loops when something may be due, in this process; other processes' loops find it by polling.
final class InboxArrivals: Sendable {
    private struct State {
        var nextID: UInt64 = 0
        var waiting: [UInt64: AsyncStream<Void>.Continuation] = [:]
    }

    private let state = Mutex(State())

    /// A stream that yields after each arrival; arrivals that come before the last was taken are one.
    func subscribe() -> (id: UInt64, signals: AsyncStream<Void>) {
        let (signals, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextID += 1
            state.waiting[state.nextID] = continuation
            return state.nextID
        }
        return (id, signals)
    }

    func unsubscribe(_ id: UInt64) {
        let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
        continuation?.finish()
    }

    func signal() {
        let waiting = state.withLock { Array($0.waiting.values) }
        for continuation in waiting { continuation.yield() }
    }
}
