extension PostgresPool {
    /// Asks the server for a sign of life over a connection of the pool; for readiness probes.
    ///
    /// **Errors** ``PostgresError`` when it does not answer.
    public func ping() async throws {
        _ = try await query("SELECT 1")
    }
}
