extension PostgresPool {
    /// Runs a transaction that is safe to repeat until its outcome is known.
    ///
    /// A commit whose answer was lost is not guessed at: `body` runs again, on a new connection, and finds what its first
    /// run did, or does it. The commit of the run that finds it makes it durable, which reading alone would not.
    ///
    /// **Guarantees** That an error other than `commitOutcomeUnknown` means that nothing was done by any of the runs.
    ///
    /// **Errors** What `body` throws, which must find and answer what an earlier run of itself has done;
    /// `commitOutcomeUnknown` when the outcome of a lost commit could not be found out in `resolutionTime`; else those of
    /// ``withTransaction(retries:isolation:_:)``.
    public nonisolated(nonsending) func withRepeatableTransaction<T: Sendable>(
        resolutionTime: Duration,
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
    ) async throws -> T {
        var lost: (error: PostgresError, since: ContinuousClock.Instant)?
        var failures = 0
        while true {
            do {
                return try await withTransaction(body)
            } catch let error as PostgresError {
                if error.kind == .commitOutcomeUnknown { lost = lost ?? (error, .now) }
                guard let lost else { throw error }
                guard
                    error.isConnectivity || error.kind == .timeout || error.saysServerIsUnavailable
                        || error.isRetryable,
                    error.kind != .closed, lost.since.duration(to: .now) < resolutionTime
                else { throw lost.error }
                failures += 1
                try? await Task.sleep(for: .milliseconds(Int.random(in: 1...(20 << min(failures, 6)))))
            } catch let cancellation as CancellationError {
                throw lost?.error ?? cancellation
            }
        }
    }
}
