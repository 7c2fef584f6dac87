import Synchronization

/// Wakes those who wait for something to happen in this process.
///
/// Signals are counted, so that one raised between a check and the wait after it is not missed: read ``count``, check,
/// then wait for a higher count.
///
/// **Concurrency** Safe from any task; each signal wakes all who wait.
/// **Cost** A signal that nobody waits for is one increment under a lock.
package final class Signal: Sendable {
    private struct State {
        var count: UInt64 = 0
        var waiting: [ObjectIdentifier: Waiter<Void>] = [:]
    }

    private let state = Mutex(State())

    /// Makes a signal that was never raised.
    package init() {}

    /// How often it was raised.
    package var count: UInt64 { state.withLock { $0.count } }

    /// Wakes all who wait.
    package func raise() {
        let waiting = state.withLock { state -> [ObjectIdentifier: Waiter<Void>] in
            state.count &+= 1
            guard !state.waiting.isEmpty else { return [:] }
            defer { state.waiting = [:] }
            return state.waiting
        }
        for waiter in waiting.values { waiter.answer() }
    }

    /// Waits until it was raised more often than `seen`, for so long at most, or until the task is cancelled.
    ///
    /// - Parameters:
    ///   - limit: How long to wait for it; nil waits for as long as it takes.
    ///   - clock: The clock that measures the limit.
    package func wait(
        beyond seen: UInt64, atMost limit: Duration? = nil, clock: any Clock<Duration> = ContinuousClock()
    ) async {
        await Self.wait(forAny: [(self, seen)], atMost: limit, clock: clock)
    }

    /// Waits in the same way until one of several was raised more often than was seen of it.
    package static func wait(
        forAny signals: [(signal: Signal, seen: UInt64)], atMost limit: Duration? = nil,
        clock: any Clock<Duration> = ContinuousClock()
    ) async {
        let waiter = Waiter<Void>()
        for (signal, seen) in signals { signal.add(waiter, beyond: seen) }
        defer { for (signal, _) in signals { signal.remove(waiter) } }
        guard let limit else { return await waiter.value { waiter.answer() } }
        await withDiscardingTaskGroup { group in
            group.addTask {
                // What no signal announces comes due by time: others' work, and what was put off.
                try? await clock.sleep(for: limit)
                waiter.answer()
            }
            await waiter.value { waiter.answer() }
            group.cancelAll()
        }
    }

    private func add(_ waiter: Waiter<Void>, beyond seen: UInt64) {
        state.withLock { state in
            if state.count == seen { state.waiting[ObjectIdentifier(waiter)] = waiter } else { waiter.answer() }
        }
    }

    private func remove(_ waiter: Waiter<Void>) {
        state.withLock { _ = $0.waiting.removeValue(forKey: ObjectIdentifier(waiter)) }
    }
}
