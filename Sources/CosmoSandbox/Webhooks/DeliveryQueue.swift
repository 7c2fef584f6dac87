import Synchronization

/// Which deliveries are due, and when the others will be; holds ids only.
///
/// **Cost**: adding and taking cost the logarithm of the number that wait, so a receiver that is down for long does not
/// slow the sandbox.
final class DeliveryQueue: Sendable {
    private struct Waiting: Comparable {
        let dueAt: ContinuousClock.Instant
        let id: UInt64

        static func < (left: Waiting, right: Waiting) -> Bool { (left.dueAt, left.id) < (right.dueAt, right.id) }
    }

    private struct State {
        /// A binary heap, the earliest first.
        var heap: [Waiting] = []
        /// Ids in the heap or being sent; an id is sent by one task at a time.
        var members: Set<UInt64> = []

        mutating func push(_ item: Waiting) {
            heap.append(item)
            var child = heap.count - 1
            while child > 0, heap[child] < heap[(child - 1) / 2] {
                heap.swapAt(child, (child - 1) / 2)
                child = (child - 1) / 2
            }
        }

        mutating func pop() -> Waiting? {
            guard let first = heap.first, let last = heap.popLast() else { return nil }
            guard !heap.isEmpty else { return first }
            heap[0] = last
            var parent = 0
            while true {
                let left = 2 * parent + 1
                guard left < heap.count else { break }
                let right = left + 1
                let child = right < heap.count && heap[right] < heap[left] ? right : left
                guard heap[child] < heap[parent] else { break }
                heap.swapAt(child, parent)
                parent = child
            }
            return first
        }
    }

    private let state = Mutex(State())
    /// Yields when something was added, a place became free, or a wait is over.
    let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    init() {
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds deliveries that are due now.
    func add(_ ids: [UInt64]) {
        guard !ids.isEmpty else { return }
        let now = ContinuousClock().now
        state.withLock { state in
            for id in ids where state.members.insert(id).inserted { state.push(Waiting(dueAt: now, id: id)) }
        }
        change.yield()
    }

    /// Takes one delivery that is due, or says when the next will be.
    func take(at now: ContinuousClock.Instant) -> (id: UInt64?, nextDue: ContinuousClock.Instant?) {
        state.withLock { state in
            guard let first = state.heap.first else { return (nil, nil) }
            guard first.dueAt <= now else { return (nil, first.dueAt) }
            return (state.pop()?.id, nil)
        }
    }

    /// Puts a taken delivery back for later.
    func putBack(_ id: UInt64, dueAt: ContinuousClock.Instant) {
        state.withLock { state in
            if state.members.contains(id) { state.push(Waiting(dueAt: dueAt, id: id)) }
        }
    }

    /// Lets go of a taken delivery that is done with.
    func finish(_ id: UInt64) {
        _ = state.withLock { $0.members.remove(id) }
    }

    /// Makes everything that waits due now, and adds what is missing.
    func expedite(_ ids: [UInt64]) {
        let now = ContinuousClock().now
        state.withLock { state in
            let waiting = state.heap.map(\.id)
            state.heap.removeAll(keepingCapacity: true)
            for id in waiting { state.push(Waiting(dueAt: now, id: id)) }
        }
        add(ids)
        change.yield()
    }

    /// Empties the queue.
    func removeAll() {
        state.withLock { state in
            state.heap.removeAll()
            state.members.removeAll()
        }
    }

    /// Wakes the sender.
    func wake() { change.yield() }
}
