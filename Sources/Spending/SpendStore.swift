import PostgreSQL
import Rewards

/// The SQL of `spends`.
enum SpendStore {
    /// Reads the spends that stand under any of these ids, on whichever card.
    static func readStanding(_ spendIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            """
            select s.spend_id, s.request_hash, s.decision, s.recorded_at
              from unnest($1::text[]) u (spend_id), lateral (
                   select * from spends where spends.spend_id = u.spend_id offset 0) s
            """, [.textArray(spendIDs)])
    }

    /// Reads the rows of `readStanding`.
    static func standing(_ result: PostgresResult) throws -> [ExactText: BatchFacts.StandingSpend] {
        var spends: [ExactText: BatchFacts.StandingSpend] = [:]
        for row in result {
            spends[ExactText(try row.get(0))] = BatchFacts.StandingSpend(
                hash: try row.get(1), decision: try Decision(canonicalBytes: try row.get(2)),
                recordedAt: try row.get(3))
        }
        return spends
    }

    /// Inserts spends in the order given, which numbers them; one whose id was taken meanwhile is left out, so that the
    /// count of affected rows tells.
    static func insert(_ spends: [BatchWrites.Spend], recordedAt: PostgresTimestamp) -> PostgresStatement {
        let decisions = spends.map(\.decision)
        return PostgresStatement(
            """
            insert into spends (
                card_id, spend_id, amount_minor, currency_code, merchant_category_code, merchant_name,
                merchant_country, occurred_at, preference_version, weights, running_before, excluded_minor,
                held_minor, request_hash, decision, recorded_at)
            select u.*, $16::timestamptz
              from unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[],
                          $8::timestamptz[], $9::int8[], $10::text[], $11::int8[], $12::int8[], $13::int8[],
                          $14::bytea[], $15::bytea[]) u
            on conflict do nothing
            """,
            [
                .textArray(decisions.map(\.input.cardID)),
                .textArray(decisions.map(\.input.spendID)),
                .int8Array(decisions.map(\.input.amount.minorUnits)),
                .textArray(decisions.map(\.input.amount.currency.text)),
                .textArray(decisions.map(\.input.merchantCategoryCode)),
                .textArray(decisions.map(\.input.merchantName)),
                .textArray(decisions.map(\.input.merchantCountry)),
                .timestamptzArray(
                    decisions.map { PostgresTimestamp(microsecondsSinceEpoch: $0.input.occurredAtMicros) }),
                .int8Array(decisions.map(\.preferenceVersion)),
                .textArray(decisions.map(\.certificate.weights.canonicalText)),
                .int8Array(decisions.map(\.certificate.totalBefore)),
                .int8Array(decisions.map(\.excludedMinor)),
                .int8Array(decisions.map(\.heldMinor)),
                .byteaArray(spends.map(\.hash)),
                .byteaArray(decisions.map { $0.canonicalBytes() }),
                .timestamptz(recordedAt),
            ])
    }

    /// Reads one spend.
    static func read(_ spendID: String) -> PostgresStatement {
        PostgresStatement(
            "select spend_number, decision, recorded_at from spends where spend_id = $1", [.text(spendID)])
    }

    /// Reads a card's spends, newest first, those before a number.
    static func list(_ cardID: String, before spendNumber: Int64, limit: Int) -> PostgresStatement {
        PostgresStatement(
            """
            select spend_number, decision, recorded_at
              from spends where card_id = $1 and spend_number < $2
             order by spend_number desc limit $3
            """, [.text(cardID), .int8(spendNumber), .int(limit)])
    }

    /// Reads a row of `read` or `list`.
    static func recorded(_ row: PostgresRow) throws -> (spendNumber: Int64, spend: RecordedSpend) {
        let spend = RecordedSpend(
            decision: try Decision(canonicalBytes: try row.get(1)), recordedAt: try row.get(2))
        return (try row.get(0), spend)
    }
}
