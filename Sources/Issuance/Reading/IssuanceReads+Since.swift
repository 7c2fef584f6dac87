package import PostgreSQL

/// What a card has with some programs, read in one connection's snapshot.
///
/// **Errors** `PostgresError`.
/// **Cost** One round trip each, whatever the number of programs and issues.
extension IssuanceReads {
    /// A card's positions with some programs, in the order of program and unit.
    package static func positions(
        cardID: String, programIDs: [String], on connection: PostgresConnection
    ) async throws -> [PositionView] {
        try await PositionStore.list(cardID: cardID, programIDs: programIDs, on: connection)
    }

    /// A card's issues with some programs that were planned at a time or later, in their order, at most `limit` of
    /// each.
    package static func issuances(
        cardID: String, programIDs: [String], since: PostgresTimestamp, limit: Int, on connection: PostgresConnection
    ) async throws -> [IssuanceRecord] {
        try await IssuanceStore.list(
            cardID: cardID, programIDs: programIDs, since: since, limit: limit, on: connection)
    }

    /// What refunds took back out of the wallet from a card's positions with some programs at a time or later, newest
    /// first, at most `limit` of each program.
    package static func takenBack(
        cardID: String, programIDs: [String], since: PostgresTimestamp, limit: Int, on connection: PostgresConnection
    ) async throws -> [(programID: String, takenBack: TakenBack)] {
        try await ReversalStore.list(cardID: cardID, programIDs: programIDs, since: since, limit: limit, on: connection)
    }
}
