import Rewards
import Synchronization

/// Who waits for changes of which card.
final class PreferencesWatchers: Sendable {
    private struct State {
        var nextID: UInt64 = 0
        var byCard: [ExactText: [UInt64: AsyncStream<Void>.Continuation]] = [:]
    }

    private let state = Mutex(State())

    /// Adds a watcher, signalled once already; signals that come before the last was taken are one.
    func add(_ cardID: String) -> (id: UInt64, signals: AsyncStream<Void>) {
        let (signals, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        let id = state.withLock { state in
            state.nextID += 1
            state.byCard[ExactText(cardID), default: [:]][state.nextID] = continuation
            return state.nextID
        }
        return (id, signals)
    }

    func remove(_ id: UInt64, _ cardID: String) {
        state.withLock { state in
            let card = ExactText(cardID)
            state.byCard[card]?[id] = nil
            if state.byCard[card]?.isEmpty == true { state.byCard[card] = nil }
        }
    }

    func signal(_ cardID: String) {
        let waiting = state.withLock { state in state.byCard[ExactText(cardID)].map { Array($0.values) } ?? [] }
        for continuation in waiting { continuation.yield() }
    }

    func signalAll() {
        let waiting = state.withLock { state in state.byCard.values.flatMap(\.values) }
        for continuation in waiting { continuation.yield() }
    }
}
