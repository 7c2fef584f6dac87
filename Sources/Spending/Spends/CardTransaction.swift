import PostgreSQL

/// The transaction of a call about a card, run until its outcome is known (I-12).
struct CardTransaction: Sendable {
    let pool: PostgresPool
    /// How long to wait for a card while nobody of its line gets it.
    let patience: Duration

    /// How long a worker waits for a card: it has other cards to see to.
    static let workerPatience = Duration.milliseconds(200)

    init(pool: PostgresPool, configuration: SpendingConfiguration) {
        self.pool = pool
        patience = configuration.cardPatience
    }

    /// Runs `body`, which must find and answer what an earlier run of itself has done.
    ///
    /// **Errors** What `body` throws; `COMMIT_UNKNOWN` when a commit's outcome could not be found out in time;
    /// `DATABASE_UNAVAILABLE` when the database was away and nothing was done; `PostgresError`.
    func run<T: Sendable>(
        _ attempts: CommitAttempts = CommitAttempts(),
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        do {
            return try await pool.commit(attempts, body)
        } catch let error as PostgresError where error.meaning != .contended {
            throw SpendingError(ofCall: error) ?? error
        }
    }

    /// Runs `body`, whose transaction locks this card, when it is this call's turn; calls that wait keep no connection.
    ///
    /// - Parameter patience: How long to wait while nobody of the line gets the card; nil for the configured time.
    /// **Errors** `CONTENTION` when the card was not to be had in time, with nothing done; what `body` throws.
    func inLine<T: Sendable>(
        of cardID: String, patience: Duration? = nil,
        _ body: () async throws -> T
    ) async throws -> T {
        do {
            return try await pool.withLine("card:\(cardID)", patience: patience ?? self.patience, body)
        } catch let error as PostgresError {
            throw SpendingError(ofCall: error) ?? error
        }
    }
}
