import DequeModule
import Synchronization

/// Lines of callers in this process that want the same lock of the database, one line a lock.
///
/// One caller of a line is let through at a time, so that the others wait here, where waiting costs no connection.
/// **Guarantees** First come, first served, but urgent callers before the others. A caller leaves its line when it is
/// cancelled, and when nobody of the line has made progress for as long as its patience.
final class LockLines: Sendable {
    /// Why a caller left its line without being let through: nobody of it has made progress for too long.
    struct Impatience: Error {}

    fileprivate struct Waiter {
        let id: UInt64
        let isUrgent: Bool
        let entered: ContinuousClock.Instant
        let patience: Duration
        let continuation: CheckedContinuation<Void, any Error>

        func isImpatient(_ line: Line, _ now: ContinuousClock.Instant) -> Bool {
            max(entered, line.progress ?? entered).duration(to: now) >= patience
        }
    }

    /// A lock that somebody was let through to, with those who wait for it.
    fileprivate struct Line {
        var waiters: Deque<Waiter> = []
        /// When somebody last got the lock and went on.
        var progress: ContinuousClock.Instant?
    }

    fileprivate struct State {
        var lines: [String: Line] = [:]
        var waiting = 0
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

    /// How many callers wait at this moment.
    var waiting: Int { state.withLock { $0.waiting } }

    /// Returns when the caller is let through; it must call ``leave(_:hasProgressed:)`` afterwards.
    ///
    /// **Errors** `CancellationError`, ``Impatience``; then it was not let through.
    nonisolated(nonsending) func enter(_ key: String, isUrgent: Bool, patience: Duration) async throws {
        try Task.checkCancellation()
        let id: UInt64 = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let waiter = Waiter(
                    id: id, isUrgent: isUrgent, entered: .now, patience: patience, continuation: continuation)
                let answer: Result<Void, any Error>? = state.withLock { state in
                    // The flag is set before the handler below takes the lock: either this sees it, or the handler finds
                    // the waiter.
                    if Task.isCancelled { return .failure(CancellationError()) }
                    return state.add(waiter, to: key) ? nil : .success(())
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            state.withLock { $0.remove(id, from: key) }?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Lets the next caller through.
    ///
    /// - Parameter hasProgressed: Whether the lock was to be had.
    func leave(_ key: String, hasProgressed: Bool) {
        state.withLock { $0.next(in: key, hasProgressed: hasProgressed) }?.continuation.resume()
    }

    /// Whether a caller that was let through has waited long enough for a lock that somebody outside this process holds.
    func isImpatient(_ key: String, since entered: ContinuousClock.Instant, _ patience: Duration) -> Bool {
        let progress = state.withLock { $0.lines[key]?.progress }
        return max(entered, progress ?? entered).duration(to: .now) >= patience
    }

    /// Sends away those whose patience is over.
    func expire(now: ContinuousClock.Instant) {
        let expired = state.withLock { $0.takeImpatient(now: now) }
        for waiter in expired { waiter.continuation.resume(throwing: Impatience()) }
    }
}

extension LockLines.State {
    /// Adds a waiter; false when nobody is before it and it is let through.
    fileprivate mutating func add(_ waiter: LockLines.Waiter, to key: String) -> Bool {
        guard lines[key] != nil else {
            lines[key] = LockLines.Line()
            return false
        }
        let waiters = lines[key]?.waiters ?? []
        let place = waiter.isUrgent ? waiters.firstIndex { !$0.isUrgent } ?? waiters.endIndex : waiters.endIndex
        lines[key]?.waiters.insert(waiter, at: place)
        waiting += 1
        return true
    }

    fileprivate mutating func remove(_ id: UInt64, from key: String) -> LockLines.Waiter? {
        guard let index = lines[key]?.waiters.firstIndex(where: { $0.id == id }) else { return nil }
        waiting -= 1
        return lines[key]?.waiters.remove(at: index)
    }

    fileprivate mutating func next(in key: String, hasProgressed: Bool) -> LockLines.Waiter? {
        if hasProgressed { lines[key]?.progress = .now }
        guard let next = lines[key]?.waiters.popFirst() else {
            lines[key] = nil
            return nil
        }
        waiting -= 1
        return next
    }

    fileprivate mutating func takeImpatient(now: ContinuousClock.Instant) -> [LockLines.Waiter] {
        guard waiting > 0 else { return [] }
        var expired: [LockLines.Waiter] = []
        for (key, line) in lines where line.waiters.contains(where: { $0.isImpatient(line, now) }) {
            expired += line.waiters.filter { $0.isImpatient(line, now) }
            lines[key]?.waiters = line.waiters.filter { !$0.isImpatient(line, now) }
        }
        waiting -= expired.count
        return expired
    }
}
