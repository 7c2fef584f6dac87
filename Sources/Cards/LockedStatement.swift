package import PostgreSQL

/// A statement behind the lock that it needs; answers how many rows it affected.
package struct LockedStatement: PipelineStep {
    let lock: CardLock
    let statement: PostgresStatement

    /// The lock, then the statement.
    package var statements: [PostgresStatement] { lock.statements + [statement] }

    /// How many rows the statement affected.
    package func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Int {
        _ = try lock.takeAnswer(from: &results)
        return try statement.takeAnswer(from: &results)
    }
}
