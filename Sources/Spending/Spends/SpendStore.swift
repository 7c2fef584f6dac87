import Cards
import PostgreSQL
import Rewards

/// The SQL of `spends`.
enum SpendStore {
    /// Reads the spends that are stored under any of these ids, on whichever card.
    static func readStanding(_ spendIDs: [String]) -> Query<(ExactText, BatchFacts.StandingSpend)> {
        Query(
            """
            select s.spend_id, s.request_hash, s.decision, s.attribution, s.authorization_id, s.recorded_at
              from unnest($1::text[]) u (spend_id), lateral (
                   select * from spends where spends.spend_id = u.spend_id offset 0) s
            """, [.textArray(spendIDs)]
        ) { row in
            let id = ExactText(try row.get("spend_id"))
            let spend = BatchFacts.StandingSpend(
                hash: try row.get("request_hash"), decision: try Decision(canonicalBytes: try row.get("decision")),
                attribution: try row.get("attribution", of: "spends"), authorizationID: try row.get("authorization_id"),
                recordedAt: try row.get("recorded_at"))
            return (id, spend)
        }
    }

    /// Inserts spends in the order given, which sets their numbers. A spend whose id was taken meanwhile is left out,
    /// so the count of affected rows is then smaller.
    static func insert(
        _ spends: [BatchWrites.Spend], under _: LockedCards, recordedAt: PostgresTimestamp
    ) -> PostgresStatement {
        let decisions = spends.map(\.decision)
        return PostgresStatement(
            """
            insert into spends (
                card_id, spend_id, amount_minor, currency_code, merchant_category_code, merchant_name,
                merchant_country, occurred_at, preference_version, weights, running_before, excluded_minor,
                held_minor, request_hash, decision, attribution, authorization_id, recorded_at)
            select u.*, $18::timestamptz
              from unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[],
                          $8::timestamptz[], $9::int8[], $10::text[], $11::int8[], $12::int8[], $13::int8[],
                          $14::bytea[], $15::bytea[], $16::text[], $17::text[]) u
            on conflict do nothing
            """,
            [
                .textArray(decisions.map(\.input.cardID)),
                .textArray(decisions.map(\.input.spendID)),
                .int8Array(decisions.map(\.input.purchase.amount.minorUnits)),
                .textArray(decisions.map(\.input.purchase.amount.currency.text)),
                .textArray(decisions.map(\.input.purchase.merchantCategoryCode)),
                .textArray(decisions.map(\.input.purchase.merchantName)),
                .textArray(decisions.map(\.input.purchase.merchantCountry)),
                .timestamptzArray(
                    decisions.map { PostgresTimestamp(microsecondsSinceEpoch: $0.input.purchase.occurredAtMicros) }),
                .int8Array(decisions.map(\.preferenceVersion)),
                .textArray(decisions.map(\.certificate.weights.canonicalText)),
                .int8Array(decisions.map(\.certificate.totalBefore)),
                .int8Array(decisions.map(\.excludedMinor)),
                .int8Array(decisions.map(\.heldMinor)),
                .byteaArray(spends.map(\.hash)),
                .byteaArray(decisions.map { $0.canonicalBytes() }),
                .textArray(spends.map(\.recorded.attribution.rawValue)),
                .textArrayNullable(spends.map(\.recorded.authorizationID)),
                .timestamptz(recordedAt),
            ])
    }

    /// Reads one spend.
    static func read(_ spendID: String) -> Query<(spendNumber: Int64, spend: RecordedSpend)> {
        Query("\(selectRecorded) where s.spend_id = $1", [.text(spendID)], read: recorded)
    }

    /// Reads a card's spends, newest first, those before a number.
    static func list(
        _ cardID: String, before spendNumber: Int64, limit: Int
    ) -> Query<(spendNumber: Int64, spend: RecordedSpend)> {
        Query(
            """
            \(selectRecorded) where s.card_id = $1 and s.spend_number < $2
             order by s.spend_number desc limit $3
            """, [.text(cardID), .int8(spendNumber), .int(limit)], read: recorded)
    }

    private static func recorded(_ row: PostgresRow) throws -> (spendNumber: Int64, spend: RecordedSpend) {
        let number: Int64 = try row.get("spend_number")
        let spend = RecordedSpend(
            decision: try Decision(canonicalBytes: try row.get("decision")),
            attribution: try row.get("attribution", of: "spends"),
            authorizationID: try row.get("authorization_id"), recordedAt: try row.get("recorded_at"),
            refundedMinor: try row.get("refunded_minor"), heldNowMinor: try row.get("held_now_minor"),
            release: try ReleaseStore.release(row))
        return (number, spend)
    }

    /// A spend with how much of it is refunded now, which the last movement of it says, how much is held, and what
    /// became of what was.
    private static let selectRecorded = """
        select s.spend_number, s.decision, s.attribution, s.authorization_id, s.recorded_at, coalesce((
               select m.refunded_after_minor from refund_movements m
                where m.card_id = s.card_id and m.spend_id = s.spend_id
                order by m.movement_number desc limit 1), 0) as refunded_minor, coalesce((
               select h.held_minor from held_spends h where h.card_id = s.card_id and h.spend_id = s.spend_id), 0)
               as held_now_minor,
               \(ReleaseStore.columns)
          from spends s \(ReleaseStore.join)
        """
}
