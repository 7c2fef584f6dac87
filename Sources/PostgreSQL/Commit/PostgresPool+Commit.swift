import Waiting

extension PostgresPool {
    private static let commitBackoff = Backoff(
        base: .milliseconds(40), cap: .milliseconds(1280), least: .milliseconds(1))

    /// Runs a transaction and finds out its outcome, also when the answer to its COMMIT is lost.
    ///
    /// The outcome of a lost commit is not guessed: `body` runs again on a new connection. It finds what its earlier
    /// run did, or does it now. Its own commit then makes that durable, which reading alone would not. So `body` must
    /// find and answer what an earlier run of itself has done; `attempts` distinguishes that from what another call
    /// did. The earlier transaction may still be open at the server, so `body` first takes a lock that the earlier run
    /// held.
    ///
    /// **Guarantees** An error that does not mean `unknownCommit` means that none of the runs took effect.
    ///
    /// - Parameter attempts: What the call has tried so far; the same for every transaction of one call.
    /// **Errors** What `body` throws; `commitOutcomeUnknown` when the outcome of a lost commit could not be found out
    /// within the configuration's `commitResolutionTime`; else those of
    /// ``withTransaction(retries:isolation:isUrgent:vouches:makesWork:_:)``.
    package func commit<T: Sendable>(
        _ attempts: CommitAttempts = CommitAttempts(),
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await commit(for: [attempts], body)
    }

    /// Runs the one transaction of several calls in the same way.
    ///
    /// A call that `body` does nothing for says so (``CommitAttempts/sitOut()``). When a lost COMMIT's outcome stays
    /// unknown, only those calls are in doubt that took part in it.
    ///
    /// **Errors** Those of one call. A `refusedRow` of several calls is thrown also while one of them is in doubt: they
    /// are then committed in halves (see ``commitInHalves(_:_:)``).
    package func commit<T: Sendable>(
        for calls: [CommitAttempts], isUrgent: Bool = false,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        var failures = 0
        while true {
            do {
                return try await withTransaction(isUrgent: isUrgent) { connection in
                    for call in calls { call.begins() }
                    return try await body(connection)
                }
            } catch let error as PostgresError {
                if error.meaning == .unknownCommit { for call in calls { call.lost(error) } }
                guard let doubt = Self.oldestDoubt(calls) else { throw error }
                if calls.count > 1, error.meaning == .refusedRow { throw error }
                guard error.meaning.mayPass, doubt.since.duration(to: .now) < configuration.commitResolutionTime else {
                    throw doubt.error
                }
                failures += 1
                // The database does not announce its return, and whether the commit took effect shows only then.
                try? await Task.sleep(for: Self.commitBackoff.pause(afterFailures: failures))
            } catch let cancellation as CancellationError {
                throw Self.oldestDoubt(calls)?.error ?? cancellation
            }
        }
    }

    private static func oldestDoubt(_ calls: [CommitAttempts]) -> CommitAttempts.Doubt? {
        calls.compactMap(\.doubt).min { $0.since < $1.since }
    }
}
