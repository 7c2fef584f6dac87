import PostgreSQL

/// The lock on the pool's row, as one step of a pipeline; answers the row, or none when there is no pool.
///
/// All credits of an environment want this row. So in its line a call waits for it at the server, which serves the
/// processes in turn.
struct PoolLock: PipelineStep {
    private let patience: PostgresStatement

    init(_ pool: PostgresPool) { patience = pool.waitsForLocks }

    var statements: [PostgresStatement] { [patience] + PoolStore.lock.statements }

    func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> [PoolStore.Row] {
        _ = try patience.takeAnswer(from: &results)
        return try PoolStore.lock.takeAnswer(from: &results)
    }
}
