import Cards
import PostgreSQL
import Rewards

/// The SQL of `releases`, which are only ever added to.
enum ReleaseStore {
    /// Adds a card's releases in the order given, each with its place among the card's spends.
    static func insert(_ releases: [HeldRelease], of card: LockedCard, recordedAt: PostgresTimestamp)
        -> PostgresStatement
    {
        let decisions = releases.map(\.release.decision)
        return PostgresStatement(
            """
            insert into releases (
                card_id, spend_id, outcome, cause, amount_minor, preference_version, weights, running_before,
                excluded_minor, decision, release_number, recorded_at)
            select $1, u.*, nextval(pg_get_serial_sequence('spends', 'spend_number')), $11
              from unnest($2::text[], $3::text[], $4::text[], $5::int8[], $6::int8[], $7::text[], $8::int8[],
                          $9::int8[], $10::bytea[]) u
            """,
            [
                .text(card.id), .textArray(releases.map(\.spendID)),
                .textArray(releases.map(\.release.outcome.rawValue)),
                .textArray(releases.map(\.release.cause.rawValue)),
                .int8Array(releases.map(\.release.amountMinor)), .int8Array(releases.map(\.release.preferenceVersion)),
                .textArray(decisions.map { $0?.certificate.weights.canonicalText ?? "" }),
                .int8Array(decisions.map { $0?.certificate.totalBefore ?? 0 }),
                .int8Array(releases.map(\.release.excludedMinor)),
                .byteaArrayNullable(decisions.map { $0?.canonicalBytes() }), .timestamptz(recordedAt),
            ])
    }

    /// The columns of a release beside its spend `s`, null when there is none: joined as `r` by ``join``.
    static let columns = """
        r.outcome as release_outcome, r.cause as release_cause, r.amount_minor as release_amount_minor,
               r.decision as release_decision, r.preference_version as release_preference_version,
               r.recorded_at as released_at
        """
    /// Joins a spend's release.
    static let join = "left join releases r on r.card_id = s.card_id and r.spend_id = s.spend_id"

    /// Reads ``columns``.
    static func release(_ row: PostgresRow) throws -> SpendRelease? {
        guard let outcome = try row.get("release_outcome", of: "releases", as: SpendRelease.Outcome?.self) else {
            return nil
        }
        return SpendRelease(
            outcome: outcome, cause: try row.get("release_cause", of: "releases"),
            amountMinor: try row.get("release_amount_minor"),
            decision: try row.get("release_decision", as: [UInt8]?.self).map { try Decision(canonicalBytes: $0) },
            preferenceVersion: try row.get("release_preference_version"), recordedAt: try row.get("released_at"))
    }
}
