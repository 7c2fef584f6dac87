import PostgreSQL
import Rewards

/// The SQL that reads spends for refunds; the card is locked.
enum PinnedSpendStore {
    /// Reads spends by id, on whichever card, each with its legs that were settled.
    static func read(_ spendIDs: [String]) -> PostgresStatement {
        PostgresStatement(
            """
            select s.spend_id, s.card_id, s.decision, coalesce((
                   select m.refunded_after_minor from refund_movements m
                    where m.card_id = s.card_id and m.spend_id = s.spend_id
                    order by m.movement_number desc limit 1), 0),
                   (select array_agg(l.program_id order by l.program_id) from legs l
                     where l.card_id = s.card_id and l.spend_id = s.spend_id and l.settled_with is not null),
                   (select array_agg(l.settled_with::text order by l.program_id) from legs l
                     where l.card_id = s.card_id and l.spend_id = s.spend_id and l.settled_with is not null),
                   (select array_agg(l.program_id) from legs l
                     where l.card_id = s.card_id and l.spend_id = s.spend_id and l.status = 'parked')
              from unnest($1::text[]) u (spend_id), lateral (
                   select * from spends where spends.spend_id = u.spend_id offset 0) s
            """, [.textArray(spendIDs)])
    }

    /// Reads the result of `read`, by spend.
    ///
    /// **Errors** `DECISION_NOT_REPRODUCED` when the bytes stored for a spend are no decision.
    static func spends(_ result: PostgresResult) throws -> [ExactText: PinnedSpend] {
        var spends: [ExactText: PinnedSpend] = [:]
        for row in result {
            let spendID: String = try row.get(0)
            // Bytes that are no decision concern this spend alone: its refunds fail by name, others go on.
            guard let decision = try? Decision(canonicalBytes: try row.get(2)) else {
                throw SpendingError.decisionNotReproduced
            }
            var settled: [String: SettledLeg] = [:]
            let programs = try row.get(4, as: [String]?.self) ?? []
            let documents = try row.get(5, as: [String]?.self) ?? []
            for (programID, text) in zip(programs, documents) {
                settled[programID] = (try? JSONValue(parsing: text)).flatMap(SettledLeg.init(document:))
            }
            let parked = Set(try row.get(6, as: [String]?.self) ?? [])
            spends[ExactText(spendID)] = PinnedSpend(
                spendID: spendID, cardID: try row.get(1), pinned: PinnedDecision(decision, settled: settled),
                isReproducible: decision.legs.allSatisfy {
                    $0.status == .earned || parked.contains($0.programID) || settled[$0.programID] != nil
                },
                refundedMinor: try row.get(3))
        }
        return spends
    }

    /// The most spends of a card that a refund which names none is compared with.
    static let candidatesMax = 5000

    private static let selectCandidate = """
        select s.spend_id, s.amount_minor, s.merchant_category_code, s.merchant_name, s.occurred_at,
               s.authorization_id, coalesce((
               select m.refunded_after_minor from refund_movements m
                where m.card_id = s.card_id and m.spend_id = s.spend_id
                order by m.movement_number desc limit 1), 0)
        """

    /// Reads the newest spends of a card that may bear a refund, those since `since`.
    ///
    /// **Cost** An index scan that ends at ``candidatesMax`` spends, and a look-up a spend for what is refunded of it.
    static func candidates(cardID: String, since: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            \(selectCandidate)
              from (select spend_number from (
                        select spend_number, occurred_at from spends
                         where card_id = $1 order by spend_number desc limit $3) recent
                     where occurred_at >= $2) u, lateral (
                   select * from spends where card_id = $1 and spend_number = u.spend_number offset 0) s
            """,
            [.text(cardID), .timestamptz(since), .int(candidatesMax)])
    }

    /// Reads the newest spends of a card that cleared an authorisation, whenever they were.
    ///
    /// **Cost** As `candidates`.
    static func clearings(cardID: String, authorizationID: String) -> PostgresStatement {
        PostgresStatement(
            """
            \(selectCandidate)
              from (select * from spends where card_id = $1 and authorization_id = $2
                     order by spend_number desc limit $3) s
            """,
            [.text(cardID), .text(authorizationID), .int(candidatesMax)])
    }

    /// Reads a row of `candidates` or `clearings`.
    static func candidate(_ row: PostgresRow) throws -> OpenSpend {
        let amount: Int64 = try row.get(1)
        return OpenSpend(
            spendID: try row.get(0), amountMinor: amount, openMinor: amount - (try row.get(6, as: Int64.self)),
            merchantCategoryCode: try row.get(2), merchantName: try row.get(3),
            occurredAtMicros: try row.get(4, as: PostgresTimestamp.self).microsecondsSinceEpoch,
            authorizationID: try row.get(5))
    }
}
