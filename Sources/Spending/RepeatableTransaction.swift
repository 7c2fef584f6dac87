import PostgreSQL
import Rewards

/// Runs a transaction that is safe to repeat until its outcome is known (I-12).
///
/// A commit whose answer was lost is not guessed at: the transaction runs again, and finds what the first one did.
struct RepeatableTransaction: Sendable {
    let pool: PostgresPool
    /// How long the outcome of a lost commit is looked for.
    let resolutionTime: Duration
    /// How long to wait for a card while nobody of its line gets it.
    let cardPatience: Duration

    init(pool: PostgresPool, configuration: SpendingConfiguration) {
        self.pool = pool
        resolutionTime = configuration.commitResolutionTime
        cardPatience = configuration.cardPatience
    }

    /// Between attempts to find out what became of a commit.
    static let backoff = Backoff(base: .milliseconds(40), cap: .milliseconds(1280), least: .milliseconds(1))

    /// Runs `body`, which must find and answer what an earlier run of itself has done.
    ///
    /// **Errors** What `body` throws; `COMMIT_UNKNOWN` when a commit's outcome could not be found out in time;
    /// `DATABASE_UNAVAILABLE` when the database was away and nothing was done; `PostgresError`.
    nonisolated(nonsending) func run<T: Sendable>(
        _ body: nonisolated(nonsending) (PostgresConnection) async throws -> T
    ) async throws -> T {
        var unknownSince: ContinuousClock.Instant?
        var failures = 0
        while true {
            do {
                return try await pool.withTransaction(body)
            } catch let error as PostgresError {
                if error.kind == .commitOutcomeUnknown { unknownSince = unknownSince ?? .now }
                guard
                    error.isConnectivity || error.kind == .timeout || error.saysServerIsUnavailable
                        || unknownSince != nil && error.isRetryable
                else {
                    if unknownSince != nil { throw SpendingError.callCommitUnknown }
                    throw error
                }
                guard let since = unknownSince else { throw SpendingError.callDatabaseUnavailable }
                guard error.kind != .closed, since.duration(to: .now) < resolutionTime else {
                    throw SpendingError.callCommitUnknown
                }
                failures += 1
                try? await Task.sleep(for: Self.backoff.pause(afterFailures: failures) { Int64.random(in: $0) })
            } catch is CancellationError where unknownSince != nil {
                throw SpendingError.callCommitUnknown
            }
        }
    }
}
