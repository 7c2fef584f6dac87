public import PostgreSQL

extension IssuanceReads {
    /// A card's issues with a program that were planned at a time or later, in their order, at most `limit` of them.
    ///
    /// **Errors** `PostgresError`.
    /// **Cost** Follows the card's issues with the program.
    public func issuances(
        cardID: String, programID: String, since: PostgresTimestamp, limit: Int
    ) async throws -> [IssuanceRecord] {
        try await IssuanceStore.list(cardID: cardID, programID: programID, since: since, limit: limit, on: pool)
    }
}
