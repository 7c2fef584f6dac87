import DequeModule
import Synchronization
import Waiting

/// Carries elements from one task to another, in order and a bounded number at a time.
///
/// **Concurrency** One task appends, one takes. Both waits end when their task is cancelled.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: Deque<Element> = []
        var isFinished = false
        /// What is thrown once every element was taken.
        var failure: (any Error)?
    }

    private enum Step {
        case element(Element, wasFull: Bool)
        case end((any Error)?)
        case wait
    }

    private let elementsMax: Int
    private let state = Mutex(State())
    /// Raised when the full queue has room again.
    private let room = Signal()
    /// Raised when the empty queue has an element, or will have none any more.
    private let arrivals = Signal()

    /// - Parameter elementsMax: How many elements wait at most.
    init(elementsMax: Int) { self.elementsMax = elementsMax }

    /// Waits until one more element has room.
    ///
    /// **Errors** `CancellationError`.
    func untilRoom() async throws {
        while true {
            try Task.checkCancellation()
            let seen = room.count
            if state.withLock({ $0.elements.count < elementsMax }) { return }
            await room.wait(beyond: seen)
        }
    }

    /// Adds an element; there must be room.
    func append(_ element: Element) {
        let wasEmpty = state.withLock { state in
            defer { state.elements.append(element) }
            return state.elements.isEmpty
        }
        if wasEmpty { arrivals.raise() }
    }

    /// Says that no more elements come; with an error, the one that follows the last of them.
    func finish(throwing failure: (any Error)? = nil) {
        state.withLock { state in
            state.isFinished = true
            state.failure = failure
        }
        arrivals.raise()
    }

    /// The next element; nil after the last.
    ///
    /// **Errors** `CancellationError`; after the last element, what the queue was finished with.
    func next() async throws -> Element? {
        while true {
            try Task.checkCancellation()
            let seen = arrivals.count
            let step = state.withLock { state -> Step in
                let wasFull = state.elements.count >= elementsMax
                if let element = state.elements.popFirst() { return .element(element, wasFull: wasFull) }
                return state.isFinished ? .end(state.failure) : .wait
            }
            switch step {
            case .element(let element, let wasFull):
                if wasFull { room.raise() }
                return element
            case .end(let failure):
                if let failure { throw failure }
                return nil
            case .wait:
                await arrivals.wait(beyond: seen)
            }
        }
    }

    /// Takes what nobody will take any more.
    func takeAll() -> [Element] {
        state.withLock { state in
            defer { state.elements = [] }
            return Array(state.elements)
        }
    }
}
