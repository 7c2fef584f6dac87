extension PostgresStatement {
    /// Has each statement of the rest of the transaction wait at most this long for a lock that another transaction
    /// holds; nil for as long as the statement may take.
    package static func waitForLocks(atMost limit: Duration?) -> PostgresStatement {
        PostgresStatement("set local lock_timeout = \(lockTimeout(limit))")
    }

    /// The value of `lock_timeout` for a limit: for PostgreSQL zero milliseconds mean "without end".
    static func lockTimeout(_ limit: Duration?) -> Int64 { limit.map { max(1, $0.wholeMilliseconds) } ?? 0 }
}
