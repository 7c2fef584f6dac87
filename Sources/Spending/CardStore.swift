import PostgreSQL
import Rewards

/// The SQL that reads and locks cards with what is in force for them.
enum CardStore {
    private static let columns = "card_id, currency_code, preference_version, card_program"

    /// Locks the cards, or fails at once with an error that means `contended` when another transaction holds one of them:
    /// a call waits for its card in `PostgresPool.withLine`, where it keeps no connection.
    static func lock(_ cardIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            "select \(columns) from cards where card_id = any($1::text[]) order by card_id for update nowait",
            [.textArray(cardIDs)])
    }

    /// Locks those of the cards that nobody else holds, and answers with them.
    static func lockFree(_ cardIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            "select \(columns) from cards where card_id = any($1::text[]) order by card_id for update skip locked",
            [.textArray(cardIDs)])
    }

    /// Locks the cards in key order, so that two transactions never wait for each other in a circle, and waits for them.
    static func lockWaiting(_ cardIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            "select \(columns) from cards where card_id = any($1::text[]) order by card_id for update",
            [.textArray(cardIDs)])
    }

    /// Reads the same without a lock.
    static func read(_ cardIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            "select \(columns) from cards where card_id = any($1::text[])", [.textArray(cardIDs)])
    }

    /// Has the rest of the transaction planned over indexes.
    ///
    /// Plans are cached for as long as a connection lives. One made while the tables of a new database are empty would
    /// scan them whole, and go on scanning while they grow.
    static let preferIndexes = PostgresStatement("set local enable_seqscan = off")

    /// Reads what each card that there is has spent under the weights in force.
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
            """, [.textArray(cardIDs)])
    }

    /// Puts the results of `lockFree` or `read` and of `readInForce` into the facts. A card that is there and was not locked
    /// is busy.
    ///
    /// **Errors** `PostgresError.decoding`, or `WeightVectorError` for weights that we never wrote.
    static func take(
        locked: PostgresResult, inForce: PostgresResult, vectors: WeightVectorCache, into facts: inout BatchFacts
    ) throws {
        facts.cards.reserveCapacity(locked.rowCount)
        facts.runningTotals.reserveCapacity(locked.rowCount)
        for row in locked {
            facts.cards[ExactText(try row.get(0))] = BatchFacts.Card(
                currencyCode: try row.get(1), cardProgram: try row.get(3),
                inForce: BatchFacts.Preference(version: try row.get(2), weights: .empty))
        }
        for row in inForce {
            let cardID = ExactText(try row.get(0))
            guard facts.cards[cardID] != nil else {
                facts.busyCards.insert(cardID)
                continue
            }
            guard let text = try row.get(2, as: String?.self) else { continue }
            let weights = try vectors.vector(text)
            facts.cards[cardID]?.inForce = BatchFacts.Preference(version: try row.get(1), weights: weights)
            if let total = try row.get(3, as: Int64?.self) {
                facts.runningTotals[.init(cardID: cardID, weights: weights.canonicalText)] = total
            }
        }
    }

    /// Whether a card exists.
    static func exists(_ cardID: String) -> PostgresStatement {
        PostgresStatement("select from cards where card_id = $1", [.text(cardID)])
    }
}
