import Synchronization

/// Lets at most so many tasks through at a time; the others wait in the order they came.
///
/// **Concurrency**: safe from any task. A waiting task that is cancelled leaves the queue and throws.
final class AsyncGate: Sendable {
    private struct State {
        var free: Int
        var nextTicket: UInt64 = 0
        /// Waiting tasks by ticket; empty whenever `free` is positive.
        var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
        /// Tickets in the order they came; may name tasks that have left.
        var order: [UInt64] = []
        var head = 0

        mutating func popFirst() -> CheckedContinuation<Bool, Never>? {
            defer {
                // A gate that always has somebody waiting must not remember all who ever came.
                if head > order.count / 2 {
                    order.removeFirst(head)
                    head = 0
                }
            }
            while head < order.count {
                let ticket = order[head]
                head += 1
                if let continuation = waiting.removeValue(forKey: ticket) { return continuation }
            }
            return nil
        }
    }

    private let state: Mutex<State>

    init(width: Int) {
        state = Mutex(State(free: max(1, width)))
    }

    /// Runs the body once there is room; throws `onCancelled` when the task was cancelled while waiting.
    func withPlace<Value: Sendable, Failure: Error>(
        onCancelled: Failure, _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        guard await enter() else { throw onCancelled }
        defer { leave() }
        return try await body()
    }

    private func enter() async -> Bool {
        let ticket: UInt64? = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            state.nextTicket += 1
            return state.nextTicket
        }
        guard let ticket else { return true }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    // The cancelled flag is raised before the handler runs, so one of the two always sees the other.
                    if Task.isCancelled { return false }
                    if state.free > 0 {
                        state.free -= 1
                        return true
                    }
                    state.waiting[ticket] = continuation
                    state.order.append(ticket)
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: ticket) }
            continuation?.resume(returning: false)
        }
    }

    private func leave() {
        let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
            let next = state.popFirst()
            if next == nil { state.free += 1 }
            return next
        }
        next?.resume(returning: true)
    }
}
