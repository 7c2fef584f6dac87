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

    /// Has the rest of the transaction planned over indexes.
    ///
    /// Plans are cached for as long as a connection lives. One made while the tables of a new database are empty would
    /// scan them whole, and go on scanning while they grow.
    static let preferIndexes = PostgresStatement("set local enable_seqscan = off")

    /// Reads what each card has spent under the weights in force.
    ///
    /// A statement of its own after the lock: it sees what was committed while the lock was waited for. The subqueries keep
    /// the plan to one index look-up a card, however few rows there were when it was made.
    static func readInForce(_ cardIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            """
            select f.card_id, f.preference_version, f.weights, (
                   select r.total_minor from running_totals r
                    where r.card_id = f.card_id and r.weights = f.weights)
              from (select c.card_id, c.preference_version, (
                           select v.weights from preference_versions v
                            where v.card_id = c.card_id and v.version = c.preference_version) as weights
                      from cards c where c.card_id = any($1::text[]) offset 0) f
             where f.weights is not null
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
