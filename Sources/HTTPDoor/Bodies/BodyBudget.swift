import Synchronization

/// How many bytes of request bodies a process holds at once, over all its HTTP doors.
///
/// A body counts as it arrives, not as it is announced, and until its request is answered. When the budget is used up,
/// the body that has been arriving longest gives way: a slow sender cannot keep out a fast one.
///
/// **Concurrency** Any number of callers; each takes a lock for a moment.
package final class BodyBudget: Sendable {
    /// One body's share.
    final class Share: Sendable {
        private let budget: BodyBudget
        private let id: UInt64

        fileprivate init(budget: BodyBudget, id: UInt64) {
            self.budget = budget
            self.id = id
        }

        /// Counts bytes that have come; false when there is no room for them, and then the body must be refused.
        func grow(by bytes: Int) -> Bool { budget.grow(id, by: bytes) }
        /// The body is whole: it gives way to nobody any more.
        func settle() { budget.settle(id) }
        /// The body is not held any more.
        func release() { budget.release(id) }
    }

    private struct Entry {
        var bytes = 0
        /// Ends the body; nil once it is whole.
        var giveWay: (@Sendable () -> Void)?
    }

    private struct State {
        var entries: [UInt64: Entry] = [:]
        var bytes = 0
        var lastID: UInt64 = 0
    }

    /// The limit.
    package let bytesMax: Int
    private let state = Mutex(State())

    /// Makes a budget.
    package init(bytesMax: Int = 32 << 20) { self.bytesMax = bytesMax }

    /// The bytes held now.
    package var bytesHeld: Int { state.withLock { $0.bytes } }

    /// Begins to count a body.
    ///
    /// - Parameter giveWay: ends the body early; called from any thread, at most once.
    func begin(giveWay: @escaping @Sendable () -> Void) -> Share {
        state.withLock { state in
            state.lastID += 1
            state.entries[state.lastID] = Entry(giveWay: giveWay)
            return Share(budget: self, id: state.lastID)
        }
    }

    private func grow(_ id: UInt64, by bytes: Int) -> Bool {
        let (fits, giveWay) = state.withLock { state -> (Bool, [@Sendable () -> Void]) in
            guard state.entries[id] != nil else { return (false, []) }
            var giveWay: [@Sendable () -> Void] = []
            while state.bytes + bytes > bytesMax {
                let longest = state.entries.filter { $0.key != id && $0.value.giveWay != nil && $0.value.bytes > 0 }
                    .keys.min()
                guard let longest, longest < id, let entry = state.entries.removeValue(forKey: longest) else {
                    return (false, giveWay)
                }
                state.bytes -= entry.bytes
                if let call = entry.giveWay { giveWay.append(call) }
            }
            state.entries[id]?.bytes += bytes
            state.bytes += bytes
            return (true, giveWay)
        }
        for call in giveWay { call() }
        return fits
    }

    private func settle(_ id: UInt64) { state.withLock { $0.entries[id]?.giveWay = nil } }

    private func release(_ id: UInt64) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: id) else { return }
            state.bytes -= entry.bytes
        }
    }
}
