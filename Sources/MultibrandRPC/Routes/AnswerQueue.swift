import Synchronization
import Waiting

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
    }

    private struct Step {
        var answer: Answer?
        var isOver = false
        var failure: (any Error)?
    }

    private let window: Int
    private let state = Mutex(State())
    /// Raised when an answer was taken.
    private let takings = Signal()
    /// Raised when an answer was given or no more come.
    private let fillings = Signal()

    /// - Parameter window: How many questions may be open at once.
    init(window: Int) { self.window = window }

    /// The place of the next question; waits while the window is full.
    func reserve() async throws -> Int {
        while true {
            try Task.checkCancellation()
            let seen = takings.count
            let place: Int? = state.withLock { state in
                guard state.reserved - state.taken < window else { return nil }
                defer { state.reserved += 1 }
                return state.reserved
            }
            if let place { return place }
            await takings.wait(beyond: seen)
        }
    }

    /// Gives the answer to the question at a place.
    func fill(_ place: Int, _ answer: Answer) {
        state.withLock { $0.ready[place] = answer }
        fillings.raise()
    }

    /// Says that no more questions come; with an error, the one that ends the answers as well.
    func finish(throwing failure: (any Error)? = nil) {
        state.withLock { state in
            state.isFinished = true
            state.failure = failure
        }
        fillings.raise()
    }

    /// The next answer in order; nil when all have been taken.
    ///
    /// **Errors** What the questions failed with, once all answers were taken.
    func next() async throws -> Answer? {
        while true {
            try Task.checkCancellation()
            let seen = fillings.count
            let step = state.withLock { state -> Step in
                if let answer = state.ready.removeValue(forKey: state.taken) {
                    state.taken += 1
                    return Step(answer: answer)
                }
                let isOver = state.isFinished && state.taken == state.reserved
                return Step(isOver: isOver, failure: isOver ? state.failure : nil)
            }
            if let answer = step.answer {
                takings.raise()
                return answer
            }
            if let failure = step.failure { throw failure }
            if step.isOver { return nil }
            await fillings.wait(beyond: seen)
        }
    }
}
