import Synchronization

/// One task's wait for one value: the only place where a continuation meets cancellation.
///
/// The giver of values registers the waiter under its own lock, and only then waits:
///
/// ```swift
/// let waiter = Waiter<Bool>()
/// state.withLock { $0.waiting.append(waiter) }
/// let hasPlace = await waiter.value { abandon(waiter) }
/// ```
///
/// A waiter is registered before its wait begins, so a cancellation always finds it there, or finds that somebody has
/// taken it out to answer it. Which of the two came first is decided by the owner's lock, not here.
///
/// **Guarantees** The first answer counts, whether it comes before the wait or during it. Later ones change nothing.
/// **Concurrency** Any task may answer; one task waits, once. A waiter that nobody answers waits for good.
/// **Cost** One allocation, and a lock that is held for a few instructions. The continuation is unchecked, since its
/// only owner is the state below: a check would cost another allocation a wait.
package final class Waiter<Value: Sendable>: Sendable {
    private enum State {
        /// Not answered, and nobody waits yet.
        case new
        case waiting(UnsafeContinuation<Value, Never>)
        /// Answered before the wait began.
        case answered(Value)
        case over
    }

    private let state = Mutex(State.new)

    /// Makes a waiter without an answer.
    package init() {}

    /// Gives the value; returns whether it was the first to do so.
    @discardableResult
    package func answer(_ value: Value) -> Bool {
        let (isFirst, continuation) = state.withLock { state -> (Bool, UnsafeContinuation<Value, Never>?) in
            switch state {
            case .new:
                state = .answered(value)
                return (true, nil)
            case .waiting(let continuation):
                state = .over
                return (true, continuation)
            case .answered, .over: return (false, nil)
            }
        }
        continuation?.resume(returning: value)
        return isFirst
    }

    /// The value; waits until there is one, also in a task that was cancelled.
    package func value() async -> Value {
        if let value = takeAnswer() { return value }
        // SAFETY: the state hands the continuation to one of those that answer, who resumes it; or it is resumed here.
        return await withUnsafeContinuation { continuation in
            let value = state.withLock { state -> Value? in
                switch state {
                case .new:
                    state = .waiting(continuation)
                    return nil
                case .answered(let value):
                    state = .over
                    return value
                case .waiting, .over: preconditionFailure("a waiter is waited for once")
                }
            }
            if let value { continuation.resume(returning: value) }
        }
    }

    /// The answer, when it came before the wait.
    private func takeAnswer() -> Value? {
        state.withLock { state in
            guard case .answered(let value) = state else { return nil }
            state = .over
            return value
        }
    }

    /// The value; waits until there is one, and calls `onCancel` when the task is cancelled meanwhile or was before.
    ///
    /// - Parameter onCancel: Takes the waiter out of its owner's list and, if it was there, gives it an answer. It must
    ///   not answer a waiter that somebody else has taken out: what that one brings would be lost.
    package func value(onCancel: @Sendable () -> Void) async -> Value {
        if let value = takeAnswer() { return value }
        return await withTaskCancellationHandler {
            await value()
        } onCancel: {
            onCancel()
        }
    }
}

extension Waiter where Value == Void {
    /// Ends the wait.
    @discardableResult
    package func answer() -> Bool { answer(()) }
}
