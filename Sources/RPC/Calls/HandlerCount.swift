import Synchronization
import Waiting

/// Counts the handlers that run off their event loop, so that no event loop is shut down before they have ended.
final class HandlerCount: Sendable {
    private struct State {
        var count = 0
        var waiter: Waiter<Void>?
    }

    private let state = Mutex(State())

    func began() { state.withLock { $0.count += 1 } }

    func ended() {
        let waiter = state.withLock { state -> Waiter<Void>? in
            state.count -= 1
            guard state.count == 0 else { return nil }
            return state.waiter.take()
        }
        waiter?.answer()
    }

    /// Returns when no handler runs. One caller waits.
    func untilNone() async {
        let waiter = state.withLock { state -> Waiter<Void>? in
            guard state.count > 0 else { return nil }
            state.waiter = Waiter()
            return state.waiter
        }
        await waiter?.value()
    }
}
