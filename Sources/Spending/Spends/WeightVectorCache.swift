import Rewards
import Synchronization

/// Weight vectors parsed from their stored text, bounded: few vectors serve most cards.
///
/// **Concurrency** Safe from any task.
final class WeightVectorCache: Sendable {
    private struct State {
        var young: [String: WeightVector] = [:]
        var old: [String: WeightVector] = [:]
    }

    private let generationSizeMax: Int
    private let state = Mutex(State())

    /// - Parameter sizeMax: how many vectors are kept at most, half of them in each of two generations.
    init(sizeMax: Int = 16_384) {
        generationSizeMax = max(1, sizeMax / 2)
    }

    /// The vector of a stored text.
    ///
    /// **Errors** `WeightVectorError.textNotCanonical` when the database holds a text that we never wrote.
    func vector(_ text: String) throws(WeightVectorError) -> WeightVector {
        if text.isEmpty { return .empty }
        if let found = state.withLock({ $0.young[text] }) { return found }
        let known = state.withLock { $0.old[text] }
        let vector = if let known { known } else { try WeightVector(canonicalText: text) }
        state.withLock { state in
            if state.young.count >= generationSizeMax {
                state.old = state.young
                state.young = [:]
            }
            state.young[text] = vector
        }
        return vector
    }
}
