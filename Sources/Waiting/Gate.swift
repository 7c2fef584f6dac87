import Synchronization

/// Lets at most so many tasks through at a time; the others wait in the order they came.
///
/// **Concurrency** Safe from any task. A waiting task that is cancelled leaves the line and throws.
/// **Cost** Entering and leaving are constant; a cancelled wait costs a look at the line.
package final class Gate: Sendable {
    private struct State {
        var free: Int
        /// In the order they came; empty whenever `free` is positive.
        var line: [Waiter<Bool>] = []
    }

    private let state: Mutex<State>

    /// Makes a gate for so many tasks, one at least.
    package init(width: Int) {
        state = Mutex(State(free: max(1, width)))
    }

    /// How many tasks wait.
    package var waitingCount: Int { state.withLock { $0.line.count } }

    /// Runs the body once there is room.
    ///
    /// **Errors** `onCancelled` when the task was cancelled while it waited; what the body throws.
    package func withPlace<Value: Sendable, Failure: Error>(
        onCancelled: Failure, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        guard await enter() else { throw onCancelled }
        defer { leave() }
        return try await body()
    }

    private func enter() async -> Bool {
        let waiter: Waiter<Bool>? = state.withLock { state in
            guard state.free == 0 else {
                state.free -= 1
                return nil
            }
            let waiter = Waiter<Bool>()
            state.line.append(waiter)
            return waiter
        }
        guard let waiter else { return true }
        return await waiter.value { abandon(waiter) }
    }

    private func abandon(_ waiter: Waiter<Bool>) {
        let wasInLine = state.withLock { state in
            guard let index = state.line.firstIndex(where: { $0 === waiter }) else { return false }
            state.line.remove(at: index)
            return true
        }
        if wasInLine { waiter.answer(false) }
    }

    private func leave() {
        let next: Waiter<Bool>? = state.withLock { state in
            guard state.line.isEmpty else { return state.line.removeFirst() }
            state.free += 1
            return nil
        }
        next?.answer(true)
    }
}
