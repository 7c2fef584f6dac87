import Cards
package import PostgreSQL

/// Reads cards for another room that looks for one among them, in that room's transaction.
package struct FindCards: Sendable {
    /// Makes the use case.
    package init() {}

    /// The next ids after one, in the order of the database; nil begins.
    ///
    /// - Parameter programID: Only cards that are or were linked to this program; nil for all cards.
    /// **Cost**: one walk along the primary key.
    package func ids(
        linkedTo programID: String?, after cardID: String?, limit: Int, on connection: PostgresConnection
    ) async throws -> [String] {
        guard let programID else { return try await connection.all(CardStore.ids(after: cardID, limit: limit)) }
        return try await connection.all(LinkStore.cardIDs(linkedTo: programID, after: cardID, limit: limit))
    }

    /// The card's currency, ISO 4217; nil when there is no such card.
    package func currency(of cardID: String, on connection: PostgresConnection) async throws -> String? {
        try await connection.first(CardStore.find(cardID))?.currencyCode
    }
}
