import PostgreSQL

extension RepeatableTransaction {
    /// Runs `body`, whose transaction locks this card, when it is this call's turn; calls that wait keep no connection.
    ///
    /// - Parameter patience: How long to wait while nobody of the line gets the card; nil for what the configuration says.
    /// **Errors** `CONTENTION` when the card was not to be had in time, with nothing done; what `body` throws.
    nonisolated(nonsending) func inLine<T: Sendable>(
        of cardID: String, patience: Duration? = nil,
        _ body: nonisolated(nonsending) () async throws -> T
    ) async throws -> T {
        do {
            return try await pool.withLine("card:\(cardID)", patience: patience ?? cardPatience, body)
        } catch let error as PostgresError where error.isLockBusy {
            throw SpendingError.cardBusy
        }
    }
}
