import PostgreSQL
import Rewards

/// The SQL that reads and locks cards with what is in force for them.
enum CardStore {
    /// Locks the cards in key order, so that two batches never wait for each other in a circle.
    static func lock(_ cardIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            """
            select card_id, currency_code, preference_version
              from cards where card_id = any($1::text[]) order by card_id for update
            """, [.textArray(cardIDs)])
    }

    /// Reads what each card has spent under the weights in force.
    ///
    /// A statement of its own after the lock: it sees what was committed while the lock was waited for.
    static func readInForce(_ cardIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            """
            select c.card_id, c.preference_version, v.weights, r.total_minor
              from cards c
              join preference_versions v on v.card_id = c.card_id and v.version = c.preference_version
              left join running_totals r on r.card_id = c.card_id and r.weights = v.weights
             where c.card_id = any($1::text[])
            """, [.textArray(cardIDs)])
    }

    /// Puts the two results together.
    ///
    /// **Errors** `PostgresError.decoding`, or `WeightVectorError` for weights that we never wrote.
    static func cards(
        locked: PostgresResult, inForce: PostgresResult, vectors: WeightVectorCache
    ) throws -> [ExactText: BatchFacts.Card] {
        var cards: [ExactText: BatchFacts.Card] = [:]
        cards.reserveCapacity(locked.rowCount)
        for row in locked {
            cards[ExactText(try row.get(0))] = BatchFacts.Card(
                currencyCode: try row.get(1), preferenceVersion: try row.get(2), weights: .empty, runningTotal: 0)
        }
        for row in inForce {
            let cardID = ExactText(try row.get(0))
            guard let card = cards[cardID] else { continue }
            cards[cardID] = BatchFacts.Card(
                currencyCode: card.currencyCode, preferenceVersion: try row.get(1),
                weights: try vectors.vector(try row.get(2)),
                runningTotal: try row.get(3, as: Int64?.self) ?? 0)
        }
        return cards
    }

    /// Whether a card stands.
    static func exists(_ cardID: String) -> PostgresStatement {
        PostgresStatement("select from cards where card_id = $1", [.text(cardID)])
    }
}
