import PostgreSQL

/// Runs a refund's transaction with the plugins that its spends pinned, until its outcome is known (I-12).
struct RefundTransaction: Sendable {
    /// Another card took the refund's id between the look and the insert.
    struct LostRace: Error {}

    /// How often an id may be lost to another card before the call gives up.
    private static let racesMax = 5

    let transaction: CardTransaction
    let pinnedPlugins: PinnedPlugins

    init(pool: PostgresPool, configuration: SpendingConfiguration, pinnedPlugins: @escaping PinnedPlugins) {
        transaction = CardTransaction(pool: pool, configuration: configuration)
        self.pinnedPlugins = pinnedPlugins
    }

    /// Runs `body`, which must find and answer what an earlier run of itself has done; it runs again with more plugins
    /// when it throws `PinnedPluginSet.Missing`.
    ///
    /// **Errors** What `body` throws; `CONTENTION`, `COMMIT_UNKNOWN`, `DATABASE_UNAVAILABLE`; `PostgresError`.
    func run<T: Sendable>(
        _ attempts: CommitAttempts,
        _ body: (PostgresConnection, PinnedPluginSet) async throws -> T
    ) async throws -> T {
        var plugins = PinnedPluginSet()
        var races = 0
        while true {
            do {
                return try await transaction.run(attempts) { connection in try await body(connection, plugins) }
            } catch let missing as PinnedPluginSet.Missing {
                do {
                    try await plugins.load(missing.keys, pinnedPlugins)
                } catch let error as PostgresError {
                    if attempts.isInDoubt { throw SpendingError.callCommitUnknown }
                    throw SpendingError(ofCall: error) ?? error
                }
            } catch is LostRace {
                races += 1
                guard races <= Self.racesMax else {
                    throw attempts.isInDoubt ? SpendingError.callCommitUnknown : .contention
                }
            }
        }
    }
}
