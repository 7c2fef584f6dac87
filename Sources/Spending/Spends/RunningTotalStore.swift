import PostgreSQL
import Rewards

/// The SQL of `running_totals`.
enum RunningTotalStore {
    /// Writes the totals; the cards' locks are held, so they are absolute.
    static func write(_ totals: [BatchWrites.RunningTotalKey: Int64]) -> PostgresStatement? {
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
