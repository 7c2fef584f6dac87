extension PostgresPool {
    /// Asks the server for a sign of life over a connection of the pool; for readiness probes.
    ///
    /// **Guarantees** An answer within `limit` and a moment, whatever the server does.
    ///
    /// **Errors** ``PostgresError`` when it does not answer; `server` with SQLSTATE 25006 when it is a standby, which
    /// takes no writes.
    package func ping(within limit: Duration = .seconds(2)) async throws {
        let end = ContinuousClock.now + limit
        do {
            try await ping(until: end)
        } catch let error as PostgresError where error.hadNoEffect {
            // An idle connection had broken unnoticed.
            try await ping(until: end)
        }
    }

    private func ping(until end: ContinuousClock.Instant) async throws {
        let question = try EncodedStatement(
            PostgresStatement(
                "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_read_only"))
        func left() -> Duration { max(ContinuousClock.now.duration(to: end), .milliseconds(50)) }
        let isReadOnly = try await withConnection(waitingAtMost: left()) { connection in
            try await connection.perform(timeout: left(), interrupting: .cancels(grace: .milliseconds(100))) {
                session in
                let isReadOnly: Bool = try session.pipeline([question], preamble: nil)[0][0].get("is_read_only")
                if isReadOnly { session.note(.serverOnlyReads) }
                return isReadOnly
            }
        }
        if isReadOnly { throw PostgresError.serverOnlyReads }
    }
}

extension PostgresError {
    static let serverOnlyReads = PostgresError.server(
        PostgresServerError(
            sqlState: .readOnlySQLTransaction, message: "the server is a standby or set to read only"))
}
