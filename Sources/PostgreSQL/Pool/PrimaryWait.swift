package import Logging

extension PostgresConnection {
    /// Waits until the server takes writes, for a start that meets a failover.
    ///
    /// A standby is waited for: it may be promoted, or the address may lead to the primary soon. Where several hosts
    /// are named, so is their absence, since none of them may be the primary for a moment.
    ///
    /// **Errors** `connectionFailed` when the only host cannot be reached; `CancellationError`.
    package static func waitForPrimary(
        _ configuration: PostgresConfiguration, every pause: Duration = .seconds(1), logger: Logger
    ) async throws {
        var isTold = false
        while true {
            let obstacle: PostgresError
            do {
                let isReadOnly: Bool = try await withDedicated(configuration, logger: logger) { connection in
                    try await connection.query(
                        """
                        SELECT pg_is_in_recovery() OR current_setting('transaction_read_only') = 'on' AS is_read_only
                        """)[0].get("is_read_only")
                }
                guard isReadOnly else {
                    if isTold { logger.notice("PostgreSQL accepts writes; the start continues") }
                    return
                }
                obstacle = .serverOnlyReads
            } catch let error as PostgresError
                where error.meaning == .unavailable || error.meaning.isOutage && configuration.namesSeveralHosts
            {
                obstacle = error
            }
            if !isTold {
                logger.warning(
                    "PostgreSQL does not accept writes; the start waits until it does",
                    metadata: ["error": "\(obstacle)"])
            }
            isTold = true
            try await Task.sleep(for: pause)
        }
    }
}
