import PostgreSQL
import Rewards

extension PreferenceVersionStore {
    /// The version that says just this, among those known by a time: the newest in force at the valid time, else the
    /// oldest after it; no row when there is none.
    ///
    /// **Errors**: that of the encoder.
    static func version(
        cardID: String, saying state: PreferenceState, validAt: PostgresTimestamp, knownAt: PostgresTimestamp
    ) throws -> Query<Int64> {
        Query(
            """
            select version from preference_versions
            where card_id = $1 and recorded_at <= $2 and links = $3::jsonb
            order by effective_at <= $4 desc, case when effective_at <= $4 then -version else version end limit 1
            """,
            [
                .text(cardID), .timestamptz(knownAt), .json(try VersionLinksJSON.encode(state.links)),
                .timestamptz(validAt),
            ]
        ) { row in try row.get("version") }
    }

    /// What is stored as a card's version in force, not decoded: a rebuild must not fail on a row that it is to repair.
    struct InForce {
        /// Nil when the row is missing.
        let weights: String?
        /// Nil when the row is missing or its links cannot be read.
        let links: [PreferencesSnapshot.Link]?
        /// The greatest version there is; 0 when there is none.
        let versionMax: Int64
    }

    static func inForce(cardID: String, version: Int64) -> Query<InForce> {
        Query(
            """
            select coalesce((select max(version) from preference_versions where card_id = $1), 0) as version_max,
                (select weights from preference_versions where card_id = $1 and version = $2) as weights,
                (select links from preference_versions where card_id = $1 and version = $2) as links
            """,
            [.text(cardID), .int8(version)]
        ) { row in
            let json: String? = try row.get("links")
            return InForce(
                weights: try row.get("weights"), links: json.flatMap { try? VersionLinksJSON.decode($0) },
                versionMax: try row.get("version_max"))
        }
    }
}
