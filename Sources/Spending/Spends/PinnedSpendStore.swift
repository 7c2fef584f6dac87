import PostgreSQL
import Rewards

/// The SQL that reads spends for refunds; the card is locked.
enum PinnedSpendStore {
    /// Reads spends by id, on whichever card, each with its legs that were settled.
    ///
    /// **Errors** `DECISION_NOT_REPRODUCED` when the bytes stored for a spend are no decision.
    static func read(_ spendIDs: [String]) -> Query<PinnedSpend> {
        Query(
            """
            select s.spend_id, s.card_id, s.decision, coalesce((
                   select m.refunded_after_minor from refund_movements m
                    where m.card_id = s.card_id and m.spend_id = s.spend_id
                    order by m.movement_number desc limit 1), 0) as refunded_minor,
                   \(lateLegs("not l.of_release", "spend")), r.outcome as release_outcome,
                   r.decision as release_decision, \(lateLegs("l.of_release", "release")), (
                   select coalesce(sum(m.released_minor), 0)::int8 from refund_movements m
                    where r.card_id is not null and m.card_id = s.card_id and m.spend_id = s.spend_id)
                   as release_refunded_minor
              from unnest($1::text[]) u (spend_id)
             cross join lateral (select * from spends where spends.spend_id = u.spend_id offset 0) s
              \(ReleaseStore.join)
            """, [.textArray(spendIDs)]
        ) { row in
            // Bytes that are no decision concern this spend alone: its refunds fail by name, others go on.
            guard let decision = try? Decision(canonicalBytes: try row.get("decision")) else {
                throw SpendingError.decisionNotReproduced
            }
            let (pinned, isReproducible) = try pinned(decision, row, "spend")
            return PinnedSpend(
                spendID: try row.get("spend_id"), cardID: try row.get("card_id"), pinned: pinned,
                isReproducible: isReproducible, refundedMinor: try row.get("refunded_minor"), release: try release(row))
        }
    }

    /// The programs of the legs that were settled after their decision, what each was settled with, and the programs of
    /// those that are still parked: three columns, whose names begin with `prefix`.
    private static func lateLegs(_ condition: String, _ prefix: String) -> String {
        """
        (select array_agg(l.program_id order by l.program_id) from legs l
          where l.card_id = s.card_id and l.spend_id = s.spend_id and l.settled_with is not null and \(condition))
            as \(prefix)_late_programs,
        (select array_agg(l.settled_with::text order by l.program_id) from legs l
          where l.card_id = s.card_id and l.spend_id = s.spend_id and l.settled_with is not null and \(condition))
            as \(prefix)_late_documents,
        (select array_agg(l.program_id) from legs l
          where l.card_id = s.card_id and l.spend_id = s.spend_id and l.status = 'parked' and \(condition))
            as \(prefix)_parked_programs
        """
    }

    private static func release(_ row: PostgresRow) throws -> PinnedSpend.Release? {
        guard let outcome = try row.get("release_outcome", of: "releases", as: SpendRelease.Outcome?.self) else {
            return nil
        }
        let refundedMinor: Int64 = try row.get("release_refunded_minor")
        guard outcome == .released else {
            return PinnedSpend.Release(pinned: nil, isReproducible: true, refundedMinor: refundedMinor)
        }
        guard let bytes = try row.get("release_decision", as: [UInt8]?.self),
            let decision = try? Decision(canonicalBytes: bytes)
        else {
            return PinnedSpend.Release(pinned: nil, isReproducible: false, refundedMinor: refundedMinor)
        }
        let (pinned, isReproducible) = try pinned(decision, row, "release")
        return PinnedSpend.Release(pinned: pinned, isReproducible: isReproducible, refundedMinor: refundedMinor)
    }

    /// A decision with the legs that were settled after it, and whether each of its legs can be asked again.
    private static func pinned(
        _ decision: Decision, _ row: PostgresRow, _ prefix: String
    ) throws -> (pinned: PinnedDecision, isReproducible: Bool) {
        var settled: [String: SettledLeg] = [:]
        let programs = try row.get("\(prefix)_late_programs", as: [String]?.self) ?? []
        let documents = try row.get("\(prefix)_late_documents", as: [String]?.self) ?? []
        for (programID, text) in zip(programs, documents) {
            settled[programID] = (try? JSONValue(parsing: text)).flatMap(SettledLeg.init(document:))
        }
        let parked = Set(try row.get("\(prefix)_parked_programs", as: [String]?.self) ?? [])
        let isReproducible = decision.legs.allSatisfy {
            $0.status == .earned || parked.contains($0.programID) || settled[$0.programID] != nil
        }
        return (PinnedDecision(decision, settled: settled), isReproducible)
    }

    /// The most spends of a card that a refund which names none is compared with.
    static let candidatesMax = 5000

    private static let selectCandidate = """
        select s.spend_id, s.amount_minor, s.merchant_category_code, s.merchant_name, s.occurred_at,
               s.authorization_id, coalesce((
               select m.refunded_after_minor from refund_movements m
                where m.card_id = s.card_id and m.spend_id = s.spend_id
                order by m.movement_number desc limit 1), 0) as refunded_minor
        """

    /// Reads the newest spends of a card that may bear a refund, those since `since`.
    ///
    /// **Cost** An index scan that ends at ``candidatesMax`` spends, and a look-up a spend for what is refunded of it.
    static func candidates(cardID: String, since: PostgresTimestamp) -> Query<OpenSpend> {
        Query(
            """
            \(selectCandidate)
              from (select spend_number from (
                        select spend_number, occurred_at from spends
                         where card_id = $1 order by spend_number desc limit $3) recent
                     where occurred_at >= $2) u, lateral (
                   select * from spends where card_id = $1 and spend_number = u.spend_number offset 0) s
            """,
            [.text(cardID), .timestamptz(since), .int(candidatesMax)], read: candidate)
    }

    /// Reads the newest spends of a card that cleared an authorisation, whenever they were.
    ///
    /// **Cost** As `candidates`.
    static func clearings(cardID: String, authorizationID: String) -> Query<OpenSpend> {
        Query(
            """
            \(selectCandidate)
              from (select * from spends where card_id = $1 and authorization_id = $2
                     order by spend_number desc limit $3) s
            """,
            [.text(cardID), .text(authorizationID), .int(candidatesMax)], read: candidate)
    }

    private static func candidate(_ row: PostgresRow) throws -> OpenSpend {
        let amount: Int64 = try row.get("amount_minor")
        return OpenSpend(
            spendID: try row.get("spend_id"), amountMinor: amount,
            openMinor: amount - (try row.get("refunded_minor", as: Int64.self)),
            merchantCategoryCode: try row.get("merchant_category_code"), merchantName: try row.get("merchant_name"),
            occurredAtMicros: try row.get("occurred_at", as: PostgresTimestamp.self).microsecondsSinceEpoch,
            authorizationID: try row.get("authorization_id"))
    }
}
