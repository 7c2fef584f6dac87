import Cards
package import PostgreSQL
import Rewards

/// Reads whose cards they are, in another room's transaction.
package struct FindCardUsers: Sendable {
    /// Makes the use case.
    package init() {}

    /// The user of each card, in the order asked; nil for a card that is not registered.
    ///
    /// **Cost**: one round trip.
    package func callAsFunction(_ cardIDs: [String], on connection: PostgresConnection) async throws -> [String?] {
        let users = try await connection.pipeline(CardStore.users(cardIDs))
        return cardIDs.map { users[ExactText($0)] }
    }
}
