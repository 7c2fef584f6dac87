import Waiting

extension PostgresPool {
    private static let lineBackoff = Backoff(base: .milliseconds(16), cap: .milliseconds(256), least: .milliseconds(1))

    /// How long a caller waits for a lock that nobody of its line gets, unless it says otherwise.
    package static let linePatience = Duration.seconds(10)

    /// Runs `body`, whose transaction locks a row with NOWAIT, when it is this caller's turn.
    ///
    /// Callers of this process that name the same lock wait in a line of their own. One of them is let through at a
    /// time. While somebody else holds the row, it tries again with growing pauses. So however many wait for a lock,
    /// and however long, none of them keeps a connection meanwhile.
    ///
    /// **Guarantees** First come, first served within this process. `body` runs again only after an attempt that the
    /// lock refused, which did nothing.
    ///
    /// - Parameters:
    ///   - key: What names the lock, such as `card:` and the card's id. A body that names a second one may wait in a
    ///     circle.
    ///   - patience: How long to wait while nobody of the line gets the lock.
    /// **Errors** What `body` throws; an error that means `contended` when the lock was not to be had in time;
    /// `CancellationError`.
    package func withLine<T: Sendable>(
        _ key: String, patience: Duration = linePatience,
        _ body: () async throws -> T
    ) async throws -> T {
        let entered = ContinuousClock.now
        do {
            try await lines.enter(key, isUrgent: false, patience: patience)
        } catch is LockLines.Impatience {
            throw PostgresError.lineTooLong
        }
        var hasProgressed = false
        defer { lines.leave(key, hasProgressed: hasProgressed) }
        var failures = 0
        while true {
            do {
                let value = try await body()
                hasProgressed = true
                return value
            } catch let error as PostgresError where error.isLockBusy {
                guard !lines.isImpatient(key, since: entered, patience) else { throw error }
                failures += 1
                try await Task.sleep(for: Self.lineBackoff.pause(afterFailures: failures))
            } catch {
                hasProgressed = true
                throw error
            }
        }
    }

    /// Waits at the head of a line for those who are let through already; nil when the task is cancelled first.
    ///
    /// For a group committer, whose many callers wait for the row as one.
    package func turn(inLine key: String) async -> (any GroupCommitTurn)? {
        do {
            try await lines.enter(key, isUrgent: true, patience: .seconds(3600))
            return LineTurn(lines: lines, key: key)
        } catch {
            return nil
        }
    }

    /// How many callers wait in lines for locks at this moment.
    package var waitingInLines: Int { lines.waiting }
}

/// A caller's turn in a line.
private struct LineTurn: GroupCommitTurn {
    let lines: LockLines
    let key: String

    func end() { lines.leave(key, hasProgressed: false) }
}

extension PostgresError {
    /// Whether a lock that must not be waited for was held by somebody else; nothing was done.
    var isLockBusy: Bool { sqlState == .lockNotAvailable || kind == .lockBusy }

    static let lineTooLong = PostgresError(
        .lockBusy, "nobody who waits for the same row got it in time; nothing was done")

    /// A lock that was asked for without waiting, by a function that answers whether it was to be had.
    package static let lockRefused = PostgresError(.lockBusy, "another transaction holds the lock; nothing was done")
}
