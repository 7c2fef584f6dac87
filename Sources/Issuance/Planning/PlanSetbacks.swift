import PostgreSQL
import Rewards
import Waiting

/// What the planner remembers of positions whose plan the database refused: how often, and which of them rest.
///
/// A refusal is written to the position itself, which then waits and shows it; one whose row takes not even that rests
/// here, in this process. A value type; the planner keeps it behind a lock and passes the time in.
struct PlanSetbacks: Sendable {
    private struct Setback {
        var failures = 0
        var restsUntil: PostgresTimestamp
        /// Whether the position's own row says until when, so that whatever removes the cause can shorten it.
        var isWritten = false
    }

    private var setbacks: [PositionKey: Setback] = [:]

    /// The positions that are not to be looked at now, although their rows say that they are due.
    func resting(at now: PostgresTimestamp) -> [PositionKey] {
        setbacks.filter { !$0.value.isWritten && $0.value.restsUntil > now }.keys.sorted()
    }

    /// When the next of these has rested; nil when none rests.
    func nextRestEnd(after now: PostgresTimestamp) -> PostgresTimestamp? {
        setbacks.values.filter { !$0.isWritten && $0.restsUntil > now }.map(\.restsUntil).min()
    }

    /// Counts a refusal and says until when the position rests: longer each time, at random.
    mutating func refused(
        _ key: PositionKey, at now: PostgresTimestamp, pauseMin: Duration, pauseMax: Duration
    ) -> PostgresTimestamp {
        // What has not come up for so long was fixed elsewhere, or is gone.
        setbacks = setbacks.filter { $0.value.restsUntil.advanced(by: pauseMax * 2) > now }
        let failures = (setbacks[key]?.failures ?? 0) + 1
        let backoff = Backoff(base: pauseMin, cap: pauseMax, jitter: .equal)
        let restsUntil = now.advanced(by: backoff.pause(afterFailures: failures))
        setbacks[key] = Setback(failures: failures, restsUntil: restsUntil)
        return restsUntil
    }

    /// The position's row says itself how long it rests.
    mutating func written(_ key: PositionKey) { setbacks[key]?.isWritten = true }

    /// The database took the position's plan.
    mutating func planned(_ key: PositionKey) { setbacks[key] = nil }
}
