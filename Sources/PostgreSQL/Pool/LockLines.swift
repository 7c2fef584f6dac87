import DequeModule
import Synchronization
import Waiting

/// Lines of callers in this process that want the same lock of the database, one line a lock.
///
/// One caller of a line is let through at a time, so that the others wait here, where waiting costs no connection.
/// **Guarantees** First come, first served, but urgent callers before the others. A caller leaves its line when it is
/// cancelled, and when nobody of the line has made progress for as long as its patience.
final class LockLines: Sendable {
    /// Why a caller left its line without being let through: nobody of it has made progress for too long.
    struct Impatience: Error {}

    /// A caller that waits in a line.
    fileprivate struct Caller {
        let isUrgent: Bool
        let entered: ContinuousClock.Instant
        let patience: Duration
        let waiter: Waiter<Result<Void, any Error>>

        func isImpatient(_ line: Line, _ now: ContinuousClock.Instant) -> Bool {
            max(entered, line.progress ?? entered).duration(to: now) >= patience
        }
    }

    /// A lock that somebody was let through to, with those who wait for it.
    fileprivate struct Line {
        var callers: Deque<Caller> = []
        /// When somebody last got the lock and went on.
        var progress: ContinuousClock.Instant?
    }

    fileprivate struct State {
        var lines: [String: Line] = [:]
        var waiting = 0
    }

    private let state = Mutex(State())
    private let waits: Signal

    /// Makes lines without anybody in them; the signal is raised when a caller begins to wait.
    init(waits: Signal) {
        self.waits = waits
    }

    /// How many callers wait at this moment.
    var waiting: Int { state.withLock { $0.waiting } }

    /// Returns when the caller is let through; it must call ``leave(_:hasProgressed:)`` afterwards.
    ///
    /// **Errors** `CancellationError`, ``Impatience``; then it was not let through.
    func enter(_ key: String, isUrgent: Bool, patience: Duration) async throws {
        try Task.checkCancellation()
        let waiter = Waiter<Result<Void, any Error>>()
        let caller = Caller(isUrgent: isUrgent, entered: .now, patience: patience, waiter: waiter)
        guard state.withLock({ $0.add(caller, to: key) }) else { return }
        waits.raise()
        try await waiter.value {
            guard state.withLock({ $0.remove(waiter, from: key) }) else { return }
            waiter.answer(.failure(CancellationError()))
        }.get()
    }

    /// Lets the next caller through.
    ///
    /// - Parameter hasProgressed: Whether the lock was to be had.
    func leave(_ key: String, hasProgressed: Bool) {
        state.withLock { $0.next(in: key, hasProgressed: hasProgressed) }?.waiter.answer(.success(()))
    }

    /// Whether a caller that was let through has waited long enough for a lock that somebody outside its line
    /// holds.
    func isImpatient(_ key: String, since entered: ContinuousClock.Instant, _ patience: Duration) -> Bool {
        let progress = state.withLock { $0.lines[key]?.progress }
        return max(entered, progress ?? entered).duration(to: .now) >= patience
    }

    /// Sends away those whose patience is over.
    func expire(now: ContinuousClock.Instant) {
        let expired = state.withLock { $0.takeImpatient(now: now) }
        for caller in expired { caller.waiter.answer(.failure(Impatience())) }
    }
}

extension LockLines.State {
    /// Adds a caller; false when nobody is before it and it is let through.
    fileprivate mutating func add(_ caller: LockLines.Caller, to key: String) -> Bool {
        guard lines[key] != nil else {
            lines[key] = LockLines.Line()
            return false
        }
        let callers = lines[key]?.callers ?? []
        let place = caller.isUrgent ? callers.firstIndex { !$0.isUrgent } ?? callers.endIndex : callers.endIndex
        lines[key]?.callers.insert(caller, at: place)
        waiting += 1
        return true
    }

    /// Takes out a caller that waits; false when it waits no more.
    fileprivate mutating func remove(_ waiter: Waiter<Result<Void, any Error>>, from key: String) -> Bool {
        guard let index = lines[key]?.callers.firstIndex(where: { $0.waiter === waiter }) else { return false }
        waiting -= 1
        lines[key]?.callers.remove(at: index)
        return true
    }

    fileprivate mutating func next(in key: String, hasProgressed: Bool) -> LockLines.Caller? {
        if hasProgressed { lines[key]?.progress = .now }
        guard let next = lines[key]?.callers.popFirst() else {
            lines[key] = nil
            return nil
        }
        waiting -= 1
        return next
    }

    fileprivate mutating func takeImpatient(now: ContinuousClock.Instant) -> [LockLines.Caller] {
        guard waiting > 0 else { return [] }
        var expired: [LockLines.Caller] = []
        for (key, line) in lines where line.callers.contains(where: { $0.isImpatient(line, now) }) {
            expired += line.callers.filter { $0.isImpatient(line, now) }
            lines[key]?.callers = line.callers.filter { !$0.isImpatient(line, now) }
        }
        waiting -= expired.count
        return expired
    }
}
