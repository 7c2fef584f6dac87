import Cards
import PostgreSQL
import Rewards

/// The SQL of `running_totals`.
enum RunningTotalStore {
    /// A card's preference in force, and what it has spent under its weights; both nil before the first link.
    struct InForce: Sendable {
        let cardID: ExactText
        let version: Int64
        let weights: String?
        let totalMinor: Int64?
    }

    /// Reads what each card that there is has spent under the weights in force.
    ///
    /// A statement of its own after the lock: it sees what was committed while the lock was waited for.
    static func readInForce(_ cardIDs: [String]) -> Query<InForce> {
        Query(selectInForce, [.textArray(cardIDs)]) { row in
            InForce(
                cardID: ExactText(try row.get("card_id")), version: try row.get("preference_version"),
                weights: try row.get("weights"), totalMinor: try row.get("total_minor"))
        }
    }

    private static let selectInForce = """
        select f.card_id, f.preference_version, f.weights, (
               select r.total_minor from running_totals r
                where r.card_id = f.card_id and r.weights = f.weights) as total_minor
          from \(PreferenceInForceStore.rows(ofCards: "= any($1::text[])")) f
        """

    /// Writes the totals; they are absolute, since the cards are locked.
    static func write(_ totals: [BatchWrites.RunningTotalKey: Int64], under _: LockedCards) -> PostgresStatement? {
        guard !totals.isEmpty else { return nil }
        let rows = totals.sorted { $0.key < $1.key }
        return PostgresStatement(
            """
            insert into running_totals (card_id, weights, total_minor)
            select * from unnest($1::text[], $2::text[], $3::int8[])
            on conflict (card_id, weights) do update set total_minor = excluded.total_minor
            """,
            [
                .textArray(rows.map(\.key.cardID.text)), .textArray(rows.map(\.key.weights)),
                .int8Array(rows.map(\.value)),
            ])
    }
}
