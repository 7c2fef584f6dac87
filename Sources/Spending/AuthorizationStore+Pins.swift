import PostgreSQL
import Rewards

extension AuthorizationStore {
    /// Reads what the authorisations of a batch pin, each version with its weights and the card's running total under
    /// them; of a reversed one also the version that was valid when the purchase happened.
    ///
    /// Valid at a time is the version with the greatest `effective_at` up to it, of several such the latest; none before
    /// the first link. A few index look-ups a clearing; a card has few versions.
    static func readPins(_ clearings: Set<BatchFacts.ClearingKey>) -> PostgresStatement {
        let keys = Array(clearings)
        return PostgresStatement(
            """
            select u.card_id, u.authorization_id, u.occurred_at, a.status = 'open',
                   a.preference_version, p.weights, p.total_minor, v.version, v.weights, v.total_minor
              from unnest($1::text[], $2::text[], $3::timestamptz[]) u (card_id, authorization_id, occurred_at)
             cross join lateral (
                   select status, preference_version from authorizations
                    where card_id = u.card_id and authorization_id = u.authorization_id offset 0) a
              left join lateral (
                   select w.weights, (select r.total_minor from running_totals r
                                       where r.card_id = u.card_id and r.weights = w.weights)
                     from preference_versions w
                    where w.card_id = u.card_id and w.version = a.preference_version offset 0) p on true
              left join lateral (
                   select w.version, w.weights, (select r.total_minor from running_totals r
                                                  where r.card_id = u.card_id and r.weights = w.weights)
                     from preference_versions w
                    where a.status <> 'open' and w.card_id = u.card_id and w.effective_at <= u.occurred_at
                    order by w.effective_at desc, w.version desc limit 1) v on true
            """,
            [
                .textArray(keys.map(\.cardID.text)), .textArray(keys.map(\.authorizationID.text)),
                .timestamptzArray(keys.map { PostgresTimestamp(microsecondsSinceEpoch: $0.occurredAtMicros) }),
            ])
    }

    /// Puts the result of `readPins` into the facts.
    ///
    /// **Errors** `PostgresError.decoding`, or `WeightVectorError` for weights that we never wrote.
    static func take(
        pins result: PostgresResult, vectors: WeightVectorCache, into facts: inout BatchFacts
    ) throws {
        for row in result {
            let cardID = ExactText(try row.get(0))
            let key = BatchFacts.ClearingKey(
                cardID: cardID, authorizationID: ExactText(try row.get(1)),
                occurredAtMicros: try row.get(2, as: PostgresTimestamp.self).microsecondsSinceEpoch)
            func preference(_ version: Int64?, at column: Int) throws -> BatchFacts.Preference {
                guard let version, let text = try row.get(column, as: String?.self) else {
                    return BatchFacts.Preference(version: version ?? 0, weights: .empty)
                }
                let weights = try vectors.vector(text)
                if let total = try row.get(column + 1, as: Int64?.self) {
                    facts.runningTotals[.init(cardID: cardID, weights: weights.canonicalText)] = total
                }
                return BatchFacts.Preference(version: version, weights: weights)
            }
            facts.pins[key] = BatchFacts.Pin(
                isOpen: try row.get(3), pinned: try preference(try row.get(4), at: 5),
                validAtPurchase: try preference(try row.get(7, as: Int64?.self), at: 8))
        }
    }
}
