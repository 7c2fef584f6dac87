import Waiting

extension PostgresPool {
    private static let lineBackoff = Backoff(base: .milliseconds(16), cap: .milliseconds(256), least: .milliseconds(1))

    /// How long a caller waits for a lock that nobody of its line gets, unless it says otherwise.
    package static let linePatience = Duration.seconds(10)

    /// Runs `body`, whose transaction locks a row, when it is this caller's turn.
    ///
    /// Callers of this process that name the same lock wait in a line of their own. One of them is let through at a
    /// time. While somebody else holds the row, it waits at the server if the statement does, for at most the
    /// configuration's `lockTimeout`, and then tries again with growing pauses. So those who wait for one lock keep at
    /// most one connection, and none if the statement says NOWAIT.
    ///
    /// **Guarantees** First come, first served within this process. `body` runs again only after an attempt that the
    /// lock refused, which did nothing.
    ///
    /// - Parameters:
    ///   - key: What names the lock, such as `card:` and the card's id.
    ///   - patience: How long to wait while nobody of the line gets the lock.
    /// **Errors** What `body` throws; an error that means `contended` when the lock was not to be had in time;
    /// `invalidUse` in the turn of another line; `CancellationError`.
    package func withLine<T: Sendable>(
        _ key: String, patience: Duration = linePatience,
        _ body: () async throws -> T
    ) async throws -> T {
        try await withLines([key], patience: patience, body)
    }

    /// Runs `body`, whose transaction locks several rows, when it is this caller's turn in the line of each.
    ///
    /// The lines are entered in the order of their keys, whatever the order they are named in, so that two callers
    /// never wait for each other in a circle. Give the row that the most callers want the key that sorts last: a caller
    /// then enters its line only when it has the turn of all others.
    ///
    /// **Guarantees** Those of one line. While a lock is refused, the caller keeps its turn in the first line alone, so
    /// that those who want only the other rows go on.
    ///
    /// **Errors** Those of one line. Without a key, `body` runs at once.
    package func withLines<T: Sendable>(
        _ keys: [String], patience: Duration = linePatience,
        _ body: () async throws -> T
    ) async throws -> T {
        guard !LineScope.isInLine(of: self) else {
            throw PostgresError.invalidUse("a line cannot be entered in the turn of another; name the keys together")
        }
        let keys = Set(keys).sorted()
        guard let first = keys.first else { return try await body() }
        let entered = ContinuousClock.now
        try await enter(first, patience)
        var hasProgressed = false
        defer { lines.leave(first, hasProgressed: hasProgressed) }
        var failures = 0
        while true {
            do {
                let value = try await inLines(keys.dropFirst(), patience, body)
                hasProgressed = true
                return value
            } catch let error as PostgresError where error.isLockBusy {
                guard !lines.isImpatient(first, since: entered, patience) else { throw error }
                failures += 1
                try await Task.sleep(for: Self.lineBackoff.pause(afterFailures: failures))
            } catch {
                hasProgressed = true
                throw error
            }
        }
    }

    /// Enters the lines one after the other and runs `body` once.
    private func inLines<T: Sendable>(
        _ keys: ArraySlice<String>, _ patience: Duration, _ body: () async throws -> T
    ) async throws -> T {
        guard let key = keys.first else { return try await LineScope.run(inLineOf: self, body) }
        try await enter(key, patience)
        var hasProgressed = true
        defer { lines.leave(key, hasProgressed: hasProgressed) }
        do {
            return try await inLines(keys.dropFirst(), patience, body)
        } catch let error as PostgresError where error.isLockBusy {
            hasProgressed = false
            throw error
        }
    }

    private func enter(_ key: String, _ patience: Duration) async throws {
        do {
            try await lines.enter(key, isUrgent: false, patience: patience)
        } catch is LockLines.Impatience {
            throw PostgresError.lineTooLong
        }
    }

    /// Waits at the head of a line for those who are let through already; nil when that takes longer than `patience`,
    /// or the task is cancelled first.
    ///
    /// For a group committer, whose many callers wait for the row as one.
    package func turn(inLine key: String, patience: Duration = linePatience) async -> (any GroupCommitTurn)? {
        do {
            try await lines.enter(key, isUrgent: true, patience: patience)
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
