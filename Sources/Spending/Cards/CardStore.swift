import PostgreSQL
import Rewards

/// The SQL that reads and locks cards with what is in force for them.
enum CardStore {
    /// A card, without what is in force for it.
    struct Row: Sendable {
        let id: ExactText
        let currencyCode: String
        let preferenceVersion: Int64
        let cardProgram: String
    }

    /// A card's preference in force, and what it has spent under its weights; both nil before the first link.
    struct InForce: Sendable {
        let cardID: ExactText
        let version: Int64
        let weights: String?
        let totalMinor: Int64?
    }

    private static let columns = "card_id, currency_code, preference_version, card_program"

    /// Locks the cards, or fails at once with an error that means `contended` when another transaction holds one of them:
    /// a call waits for its card in `PostgresPool.withLine`, where it keeps no connection.
    static func lock(_ cardIDs: [String]) -> Query<Row> {
        Query(
            "select \(columns) from cards where card_id = any($1::text[]) order by card_id for update nowait",
            [.textArray(cardIDs)], read: row)
    }

    /// Locks those of the cards that nobody else holds, and answers with them.
    static func lockFree(_ cardIDs: [String]) -> Query<Row> {
        Query(
            "select \(columns) from cards where card_id = any($1::text[]) order by card_id for update skip locked",
            [.textArray(cardIDs)], read: row)
    }

    /// Locks the cards in key order, so that two transactions never wait for each other in a circle, and waits for them.
    static func lockWaiting(_ cardIDs: [String]) -> Query<Row> {
        Query(
            "select \(columns) from cards where card_id = any($1::text[]) order by card_id for update",
            [.textArray(cardIDs)], read: row)
    }

    /// Reads the same without a lock.
    static func read(_ cardIDs: [String]) -> Query<Row> {
        Query(
            "select \(columns) from cards where card_id = any($1::text[])", [.textArray(cardIDs)], read: row)
    }

    private static func row(_ row: PostgresRow) throws -> Row {
        Row(
            id: ExactText(try row.get("card_id")), currencyCode: try row.get("currency_code"),
            preferenceVersion: try row.get("preference_version"), cardProgram: try row.get("card_program"))
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
    static func readInForce(_ cardIDs: [String]) -> Query<InForce> {
        Query(
            """
            select f.card_id, f.preference_version, f.weights, (
                   select r.total_minor from running_totals r
                    where r.card_id = f.card_id and r.weights = f.weights) as total_minor
              from (select c.card_id, c.preference_version, (
                           select v.weights from preference_versions v
                            where v.card_id = c.card_id and v.version = c.preference_version) as weights
                      from cards c where c.card_id = any($1::text[]) offset 0) f
            """, [.textArray(cardIDs)]
        ) { row in
            InForce(
                cardID: ExactText(try row.get("card_id")), version: try row.get("preference_version"),
                weights: try row.get("weights"), totalMinor: try row.get("total_minor"))
        }
    }

    /// Puts the rows of `lockFree` or `read` and of `readInForce` into the facts. A card that is there and was not locked
    /// is busy.
    ///
    /// **Errors** `WeightVectorError` for weights that we never wrote.
    static func take(
        locked: [Row], inForce: [InForce], vectors: WeightVectorCache, into facts: inout BatchFacts
    ) throws {
        facts.cards.reserveCapacity(locked.count)
        facts.runningTotals.reserveCapacity(locked.count)
        for row in locked {
            facts.cards[row.id] = BatchFacts.Card(
                currencyCode: row.currencyCode, cardProgram: row.cardProgram,
                inForce: BatchFacts.Preference(version: row.preferenceVersion, weights: .empty))
        }
        for row in inForce {
            guard facts.cards[row.cardID] != nil else {
                facts.busyCards.insert(row.cardID)
                continue
            }
            guard let text = row.weights else { continue }
            let weights = try vectors.vector(text)
            facts.cards[row.cardID]?.inForce = BatchFacts.Preference(version: row.version, weights: weights)
            if let total = row.totalMinor {
                facts.runningTotals[.init(cardID: row.cardID, weights: weights.canonicalText)] = total
            }
        }
    }

    /// Whether a card exists.
    static func exists(_ cardID: String) -> PostgresStatement {
        PostgresStatement("select from cards where card_id = $1", [.text(cardID)])
    }
}
