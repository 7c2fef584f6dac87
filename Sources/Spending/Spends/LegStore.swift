import Cards
import PostgreSQL
import Rewards

/// The SQL of `legs`.
enum LegStore {
    /// A new row.
    struct New: Sendable {
        let cardID: String
        let spendID: String
        let leg: RecordedLeg
    }

    /// What a leg's row says now.
    struct Current: Sendable {
        let spendID: ExactText
        let programID: String
        let isOfRelease: Bool
        let isEarned: Bool
        let unit: RewardUnit
        let earnedMicro: Int64
        let reason: String?
        let configurationVersion: Int32
    }

    /// A parked leg with the decision that parked it.
    struct Parked: Sendable {
        let cardID: String
        let spendID: String
        let amountMinor: Int64
        /// The spend's, or that of its release when the leg belongs to it.
        let decision: Decision
        /// The spend's own decision, when the leg belongs to its release.
        let spendDecision: Decision?

        var isOfRelease: Bool { spendDecision != nil }
    }

    /// The late decision of a parked leg.
    struct Settled: Sendable {
        let cardID: String
        let spendID: String
        let isOfRelease: Bool
        let unit: RewardUnit
        let earnedMicro: Int64
        let reason: String?
        let configurationVersion: Int32
        /// How it was decided at last, for refunds and replays (I-4, I-9).
        let settledWith: SettledLeg
    }

    /// Inserts the legs of new spends, or of new releases.
    static func insert(_ legs: [New], ofRelease isOfRelease: Bool, under _: LockedCards) -> PostgresStatement? {
        guard !legs.isEmpty else { return nil }
        return PostgresStatement(
            """
            insert into legs (
                card_id, spend_id, program_id, amount_minor, unit, earned_micro, status, reason,
                configuration_version, of_release)
            select u.*, $10 from unnest($1::text[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::int8[],
                                        $7::text[], $8::text[], $9::int4[]) u
            """,
            [
                .textArray(legs.map(\.cardID)),
                .textArray(legs.map(\.spendID)),
                .textArray(legs.map(\.leg.programID)),
                .int8Array(legs.map(\.leg.amountMinor)),
                .textArray(legs.map(\.leg.unit.rawValue)),
                .int8Array(legs.map(\.leg.earnedMicro)),
                .textArray(legs.map { $0.leg.status == .earned ? "earned" : "parked" }),
                .textArrayNullable(legs.map(\.leg.reason)),
                .int4Array(legs.map(\.leg.configurationVersion)),
                .bool(isOfRelease),
            ])
    }

    /// Reads the legs of spends as they are now.
    static func read(cardID: String, spendIDs: [String]) -> Query<Current> {
        Query(
            """
            select spend_id, program_id, of_release, status = 'earned' as is_earned, unit, earned_micro, reason,
                   configuration_version
              from legs where card_id = $1 and spend_id = any($2::text[])
            """, [.text(cardID), .textArray(spendIDs)]
        ) { row in
            Current(
                spendID: ExactText(try row.get("spend_id")), programID: try row.get("program_id"),
                isOfRelease: try row.get("of_release"), isEarned: try row.get("is_earned"),
                unit: try row.get("unit", of: "legs"), earnedMicro: try row.get("earned_micro"),
                reason: try row.get("reason"), configurationVersion: try row.get("configuration_version"))
        }
    }

    /// Brings a spend's parked legs up to what their rows say now.
    static func bringUpToDate(_ spends: inout [RecordedSpend], from rows: [Current]) {
        var places: [ExactText: Int] = [:]
        for (index, spend) in spends.enumerated() { places[ExactText(spend.spend.spendID)] = index }
        for row in rows where row.isEarned {
            guard let place = places[row.spendID] else { continue }
            if row.isOfRelease {
                bringUpToDate(&spends[place].release, row)
            } else {
                bringUpToDate(&spends[place].legs, row)
            }
        }
    }

    private static func bringUpToDate(_ release: inout SpendRelease?, _ row: Current) {
        guard var changed = release else { return }
        bringUpToDate(&changed.legs, row)
        release = changed
    }

    private static func bringUpToDate(_ legs: inout [RecordedLeg], _ row: Current) {
        guard let leg = legs.firstIndex(where: { $0.programID == row.programID }), legs[leg].status == .parked else {
            return
        }
        legs[leg].status = .earned
        legs[leg].unit = row.unit
        legs[leg].earnedMicro = row.earnedMicro
        legs[leg].reason = row.reason
        legs[leg].configurationVersion = row.configurationVersion
    }

    /// Finds the spends that have the next parked legs of a program, in key order after a place.
    static func parkedCards(
        programID: String, after place: (cardID: String, spendID: String), limit: Int
    ) -> Query<(cardID: String, spendID: String)> {
        Query(
            """
            select distinct card_id, spend_id from legs
             where program_id = $1 and status = 'parked' and (card_id, spend_id) > ($2, $3)
             order by card_id, spend_id limit $4
            """, [.text(programID), .text(place.cardID), .text(place.spendID), .int(limit)]
        ) { row in (cardID: try row.get("card_id"), spendID: try row.get("spend_id")) }
    }

    /// Reads and locks parked legs; the cards are locked already. A leg whose spend's stored bytes are no decision is
    /// nil, and its neighbours are read.
    static func lockParked(programID: String, cardIDs: [String], spendIDs: [String]) -> Query<Parked?> {
        Query(
            """
            select l.card_id, l.spend_id, l.amount_minor,
                   case when l.of_release then r.decision else s.decision end as decision,
                   case when l.of_release then s.decision end as spend_decision
              from unnest($2::text[], $3::text[]) u (card_id, spend_id)
              join legs l on l.card_id = u.card_id and l.spend_id = u.spend_id and l.program_id = $1
              join spends s on s.card_id = l.card_id and s.spend_id = l.spend_id
              left join releases r on r.card_id = l.card_id and r.spend_id = l.spend_id and l.of_release
             where l.status = 'parked'
             order by l.card_id, coalesce(r.release_number, s.spend_number) for update of l
            """, [.text(programID), .textArray(cardIDs), .textArray(spendIDs)], read: parked)
    }

    /// Counts and sums the legs that wait for a plugin that works, with the age of the oldest spend.
    static let parkedTotals = Query(
        """
        select l.program_id, s.currency_code, count(*) as legs, sum(l.amount_minor)::text as amount_minor,
               min(s.recorded_at) as oldest_since
          from legs l join spends s on s.card_id = l.card_id and s.spend_id = l.spend_id
         where l.status = 'parked' group by l.program_id, s.currency_code order by l.program_id, s.currency_code
        """
    ) { row in
        ParkedLegs.Total(
            programID: try row.get("program_id"), currencyCode: try row.get("currency_code"),
            legs: try row.get("legs"), amountMinor: Int64(try row.get("amount_minor", as: String.self)) ?? .max,
            oldestSince: try row.get("oldest_since"))
    }

    private static func parked(_ row: PostgresRow) throws -> Parked? {
        let spendBytes = try row.get("spend_decision", as: [UInt8]?.self)
        let spendDecision = spendBytes.flatMap { try? Decision(canonicalBytes: $0) }
        guard let bytes = try row.get("decision", as: [UInt8]?.self),
            let decision = try? Decision(canonicalBytes: bytes), (spendBytes == nil) == (spendDecision == nil)
        else { return nil }
        return Parked(
            cardID: try row.get("card_id"), spendID: try row.get("spend_id"), amountMinor: try row.get("amount_minor"),
            decision: decision, spendDecision: spendDecision)
    }

    /// Turns parked legs into earned ones; one that is parked no more is left alone.
    static func settle(programID: String, _ legs: [Settled], under _: LockedCards) -> PostgresStatement {
        PostgresStatement(
            """
            update legs l
               set status = 'earned', unit = u.unit, earned_micro = u.earned_micro, reason = u.reason,
                   configuration_version = u.configuration_version, settled_with = u.settled_with
              from unnest($2::text[], $3::text[], $4::text[], $5::int8[], $6::text[], $7::int4[], $8::jsonb[],
                          $9::bool[])
                   u (card_id, spend_id, unit, earned_micro, reason, configuration_version, settled_with, of_release)
             where l.card_id = u.card_id and l.spend_id = u.spend_id and l.program_id = $1
               and l.of_release = u.of_release and l.status = 'parked'
            """,
            [
                .text(programID),
                .textArray(legs.map(\.cardID)),
                .textArray(legs.map(\.spendID)),
                .textArray(legs.map(\.unit.rawValue)),
                .int8Array(legs.map(\.earnedMicro)),
                .textArrayNullable(legs.map(\.reason)),
                .int4Array(legs.map(\.configurationVersion)),
                .jsonArray(legs.map { String(decoding: $0.settledWith.document.canonicalBytes, as: UTF8.self) }),
                .boolArray(legs.map(\.isOfRelease)),
            ])
    }
}
