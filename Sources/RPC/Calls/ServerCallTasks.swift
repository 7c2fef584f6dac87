/// The tasks of a call, one after the other.
///
/// A task begins in place, so it may have ended before its caller goes on, and may even have begun the next one.
struct ServerCallTasks: Sendable {
    private var number = 0
    private var isCounted = false
    /// Whether a task runs.
    private(set) var isRunning = false

    /// A task begins.
    ///
    /// - Returns: Its number, for ``goesOn(_:)``.
    mutating func begins() -> Int {
        isRunning = true
        number += 1
        return number
    }

    /// The caller of ``begins()`` goes on; whether that task still runs. It counts as a handler from now on.
    mutating func goesOn(_ number: Int) -> Bool {
        guard isRunning, self.number == number else { return false }
        isCounted = true
        return true
    }

    /// The task has ended; whether it counted as a handler.
    mutating func ended() -> Bool {
        defer {
            isRunning = false
            isCounted = false
        }
        return isCounted
    }
}
