import PostgreSQL
import Rewards

/// The SQL of the preference in force: the version of `preference_versions` that a card's row names.
package enum PreferenceInForceStore {
    /// A subquery for a statement of another room: the weights in force of a card that the statement calls by this
    /// name, null before the first link. The name's row has `card_id` and `preference_version`.
    package static func weights(ofCard name: String) -> String {
        """
        (select v.weights from preference_versions v
                            where v.card_id = \(name).card_id and v.version = \(name).preference_version)
        """
    }

    /// A subquery for a statement of another room: `card_id`, `preference_version` and `weights` of the cards whose id
    /// fulfils a condition, such as `= $1`. The weights are null before the first link.
    ///
    /// Run after the lock, as a statement of its own, it sees what was committed while the lock was waited for. The
    /// fence keeps the plan to one index look-up a card, however few rows there were when it was made.
    package static func rows(ofCards condition: String) -> String {
        """
        (select c.card_id, c.preference_version, \(weights(ofCard: "c")) as weights
                      from cards c where c.card_id \(condition) offset 0)
        """
    }

    /// Adds a version; its effective time is never before that of the version it replaces, so that reading back by time
    /// meets versions in their order.
    static func insert(_ new: NewPreferenceVersion) -> Query<PostgresTimestamp> {
        Query(
            """
            insert into preference_versions (
                card_id, version, weights, links, cause, cause_id, effective_at, recorded_at)
            values ($1, $2, $3, $4, $5, $6, greatest($7::timestamptz, (
                select effective_at from preference_versions where card_id = $1 and version = $2 - 1)), $8)
            returning effective_at
            """,
            [
                .text(new.card.id), .int8(new.version), .text(new.weights.canonicalText), .json(new.linksJSON),
                .text(new.cause), .text(new.causeID), .timestamptz(new.effectiveAt), .timestamptz(new.recordedAt),
            ]
        ) { row in try row.get("effective_at") }
    }
}
