/// How many attempts in a row have failed, and which of them is news: the first failure, and the first success after it.
///
/// For loops that try again for as long as something is away, so that a record of events gets one line a change and
/// not one an attempt.
public struct FailureStreak: Sendable, Hashable {
    /// How many attempts have failed since the last one that did not.
    public private(set) var failures = 0

    /// Makes a streak of nothing.
    public init() {}

    /// Counts a failure; returns whether it is the first.
    @discardableResult
    public mutating func failed() -> Bool {
        if failures < Int.max { failures += 1 }
        return failures == 1
    }

    /// Ends the streak; returns whether there was one.
    @discardableResult
    public mutating func succeeded() -> Bool {
        defer { failures = 0 }
        return failures > 0
    }
}
