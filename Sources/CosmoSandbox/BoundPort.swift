import Synchronization

/// A port that will be known once a server listens.
final class BoundPort: Sendable {
    private enum State {
        case waiting([CheckedContinuation<Int?, Never>])
        case known(Int)
        case never
    }

    private let state = Mutex(State.waiting([]))

    /// The port, nil when the server ended before it listened.
    func value() async -> Int? {
        await withCheckedContinuation { continuation in
            let answer: Int?? = state.withLock { state in
                switch state {
                case .known(let port): return .some(port)
                case .never: return .some(nil)
                case .waiting(let others):
                    state = .waiting(others + [continuation])
                    return nil
                }
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Answers all who wait; only the first answer counts.
    func resolve(_ port: Int?) {
        let waiting = state.withLock { state -> [CheckedContinuation<Int?, Never>] in
            guard case .waiting(let waiting) = state else { return [] }
            state = port.map { .known($0) } ?? .never
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: port) }
    }
}
