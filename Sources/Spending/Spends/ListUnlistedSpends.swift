import PostgreSQL
import Rewards

/// Puts spends into the list of what waits that hold money and are in no list: an instance from before there was a list
/// records them so.
///
/// **Guarantees** Safe to repeat and to run at once in several processes, beside spends, refunds and releases: each
/// card is looked at under its lock.
struct ListUnlistedSpends: Sendable {
    private static let cardsPerRead = 200

    let pool: PostgresPool
    let transaction: CardTransaction

    /// Lists what is missing; `onListed` is called for each card of which something was, after its commit.
    ///
    /// **Errors** `CONTENTION` when a card was not to be had in time; `PostgresError`. What was listed before stays.
    /// **Cost** One pass over an index of what ever held money.
    func callAsFunction(onListed: (_ cardID: String, _ spends: Int) -> Void) async throws {
        var place = ""
        while true {
            let cards = HeldSpendStore.cardsOfUnlisted(after: place, limit: Self.cardsPerRead)
            let cardIDs = try await pool.withTransaction { connection in
                try await connection.pipeline(PostgresStatement.preferIndexes, cards).1
            }
            for cardID in cardIDs {
                place = cardID
                let spends = try await list(place)
                if spends > 0 { onListed(place, spends) }
            }
            if cardIDs.count < Self.cardsPerRead { return }
        }
    }

    private func list(_ cardID: String) async throws -> Int {
        try await transaction.inLine(of: cardID) {
            try await pool.withTransaction { connection in
                try await connection.pipeline(
                    PostgresStatement.preferIndexes, HeldSpendStore.insertUnlisted(cardID: cardID)
                ).1
            }
        }
    }
}
