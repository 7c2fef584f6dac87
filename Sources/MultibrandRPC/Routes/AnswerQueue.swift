import Synchronization

/// Puts answers that are ready in any order back into the order of their questions, a bounded number at a time.
///
/// **Concurrency** One task asks (``reserve()``), any number fill, one task takes (``next()``). Both waits end when
/// their task is cancelled.
final class AnswerQueue<Answer: Sendable>: Sendable {
    private struct State: Sendable {
        var ready: [Int: Answer] = [:]
        var reserved = 0
        var taken = 0
        var isFinished = false
        /// What is thrown once every answer was taken.
        var failure: (any Error)?
        var asker: CheckedContinuation<Void, Never>?
        var taker: CheckedContinuation<Void, Never>?
    }

    private struct Step {
        var answer: Answer?
        var isOver = false
        var failure: (any Error)?
        var asker: CheckedContinuation<Void, Never>?
    }

    private let window: Int
    private let state = Mutex(State())

    /// - Parameter window: How many questions may be open at once.
    init(window: Int) { self.window = window }

    /// The place of the next question; waits while the window is full.
    func reserve() async throws -> Int {
        while true {
            try Task.checkCancellation()
            let place: Int? = state.withLock { state in
                guard state.reserved - state.taken < window else { return nil }
                defer { state.reserved += 1 }
                return state.reserved
            }
            if let place { return place }
            await wait(\.asker) { $0.reserved - $0.taken < self.window }
        }
    }

    /// Gives the answer to the question at a place.
    func fill(_ place: Int, _ answer: Answer) {
        wake { state in
            state.ready[place] = answer
            return state.taker.take()
        }
    }

    /// Says that no more questions come; with an error, the one that ends the answers as well.
    func finish(throwing failure: (any Error)? = nil) {
        wake { state in
            state.isFinished = true
            state.failure = failure
            return state.taker.take()
        }
    }

    /// The next answer in order; nil when all have been taken.
    ///
    /// **Errors** What the questions failed with, once all answers were taken.
    func next() async throws -> Answer? {
        while true {
            try Task.checkCancellation()
            let step = state.withLock { state -> Step in
                if let answer = state.ready.removeValue(forKey: state.taken) {
                    state.taken += 1
                    return Step(answer: answer, asker: state.asker.take())
                }
                let isOver = state.isFinished && state.taken == state.reserved
                return Step(isOver: isOver, failure: isOver ? state.failure : nil)
            }
            step.asker?.resume()
            if let answer = step.answer { return answer }
            if let failure = step.failure { throw failure }
            if step.isOver { return nil }
            await wait(\.taker) { $0.ready[$0.taken] != nil || ($0.isFinished && $0.taken == $0.reserved) }
        }
    }

    private func wait(
        _ place: any WritableKeyPath<State, CheckedContinuation<Void, Never>?> & Sendable,
        until holds: @Sendable (borrowing State) -> Bool
    ) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if holds(state) || Task.isCancelled { return true }
                    state[keyPath: place] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            wake { $0[keyPath: place].take() }
        }
    }

    private func wake(_ change: (inout State) -> CheckedContinuation<Void, Never>?) {
        state.withLock { change(&$0) }?.resume()
    }
}
