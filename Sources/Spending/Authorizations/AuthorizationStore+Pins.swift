import PostgreSQL
import Rewards

extension AuthorizationStore {
    /// What an authorisation pins, as it is stored.
    struct StoredPin: Sendable {
        /// A version, its weights and the card's running total under them; each nil when there is none.
        struct Preference: Sendable {
            let version: Int64?
            let weights: String?
            let totalMinor: Int64?
        }

        let key: BatchFacts.ClearingKey
        let isOpen: Bool
        let pinned: Preference
        let validAtPurchase: Preference
    }

    /// Reads what the authorisations of a batch pin, each version with its weights and the card's running total under
    /// them; of a reversed one also the version that was valid when the purchase happened.
    ///
    /// The version valid at a time is the one with the greatest `effective_at` not after it; if there are several, the
    /// latest. Before the first link there is none. Each clearing takes a few index look-ups; a card has few versions.
    static func readPins(_ clearings: Set<BatchFacts.ClearingKey>) -> Query<StoredPin> {
        let keys = Array(clearings)
        return Query(
            """
            select u.card_id, u.authorization_id, u.occurred_at, a.status = 'open' as is_open,
                   a.preference_version as pinned_version, p.weights as pinned_weights,
                   p.total_minor as pinned_total_minor, v.version as valid_version, v.weights as valid_weights,
                   v.total_minor as valid_total_minor
              from unnest($1::text[], $2::text[], $3::timestamptz[]) u (card_id, authorization_id, occurred_at)
             cross join lateral (
                   select status, preference_version from authorizations
                    where card_id = u.card_id and authorization_id = u.authorization_id offset 0) a
              left join lateral (
                   select w.weights, (select r.total_minor from running_totals r
                                       where r.card_id = u.card_id and r.weights = w.weights) as total_minor
                     from preference_versions w
                    where w.card_id = u.card_id and w.version = a.preference_version offset 0) p on true
              left join lateral (
                   select w.version, w.weights, (select r.total_minor from running_totals r
                                                  where r.card_id = u.card_id and r.weights = w.weights) as total_minor
                     from preference_versions w
                    where a.status <> 'open' and w.card_id = u.card_id and w.effective_at <= u.occurred_at
                    order by w.effective_at desc, w.version desc limit 1) v on true
            """,
            [
                .textArray(keys.map(\.cardID.text)), .textArray(keys.map(\.authorizationID.text)),
                .timestamptzArray(keys.map { PostgresTimestamp(microsecondsSinceEpoch: $0.occurredAtMicros) }),
            ]
        ) { row in
            func preference(_ prefix: String) throws -> StoredPin.Preference {
                StoredPin.Preference(
                    version: try row.get("\(prefix)_version"), weights: try row.get("\(prefix)_weights"),
                    totalMinor: try row.get("\(prefix)_total_minor"))
            }
            let key = BatchFacts.ClearingKey(
                cardID: ExactText(try row.get("card_id")), authorizationID: ExactText(try row.get("authorization_id")),
                occurredAtMicros: try row.get("occurred_at", as: PostgresTimestamp.self).microsecondsSinceEpoch)
            return StoredPin(
                key: key, isOpen: try row.get("is_open"), pinned: try preference("pinned"),
                validAtPurchase: try preference("valid"))
        }
    }

    /// Puts the rows of `readPins` into the facts.
    ///
    /// **Errors** `WeightVectorError` for weights that we never wrote.
    static func take(
        pins: [StoredPin], vectors: WeightVectorCache, into facts: inout BatchFacts
    ) throws {
        for pin in pins {
            let cardID = pin.key.cardID
            func preference(_ stored: StoredPin.Preference) throws -> BatchFacts.Preference {
                guard let version = stored.version, let text = stored.weights else {
                    return BatchFacts.Preference(version: stored.version ?? 0, weights: .empty)
                }
                let weights = try vectors.vector(text)
                if let total = stored.totalMinor {
                    facts.runningTotals[.init(cardID: cardID, weights: weights.canonicalText)] = total
                }
                return BatchFacts.Preference(version: version, weights: weights)
            }
            facts.pins[pin.key] = BatchFacts.Pin(
                isOpen: pin.isOpen, pinned: try preference(pin.pinned),
                validAtPurchase: try preference(pin.validAtPurchase))
        }
    }
}
