import Cosmo
import PostgreSQL
import Rewards

/// The SQL that reads `preference_versions`; the versions are written with the card that they are of.
enum PreferenceVersionStore {
    /// A stored version with what made it.
    struct Stored {
        let snapshot: PreferencesSnapshot
        let cause: PreferenceCause
        let recordedAt: PostgresTimestamp
    }

    /// One version with what made it. Version 0, the empty preference since the card's registration, has no row.
    static func find(cardID: String, version: Int64) -> Query<Stored> {
        Query(
            "\(selectVersions) where card_id = $1 and version = $2", [.text(cardID), .int8(version)], read: stored)
    }

    /// Versions below a number, newest first.
    static func page(cardID: String, below version: Int64, limit: Int) -> Query<Stored> {
        Query(
            "\(selectVersions) where card_id = $1 and version < $2 order by version desc limit $3",
            [.text(cardID), .int8(version), .int(limit)], read: stored)
    }

    /// The preference in force with the state of its links' checks, read in one statement so that it is of one moment.
    static func current(cardID: String) -> Query<PreferencesSnapshot> {
        Query(
            """
            select c.card_id, c.preference_version as version, coalesce(v.links, '[]'::jsonb) as links,
                coalesce(v.effective_at, c.registered_at) as effective_at, k.programs, k.validities, k.reasons,
                k.checked, k.held, k.waits
            from cards c
            left join preference_versions v on v.card_id = c.card_id and v.version = c.preference_version
            cross join lateral (
                select coalesce(array_agg(l.program_id), '{}') as programs,
                    coalesce(array_agg(l.validity), '{}') as validities,
                    coalesce(array_agg(l.validity_reason), '{}') as reasons,
                    coalesce(array_agg(l.validity_checked_at), '{}') as checked,
                    coalesce(array_agg(l.held_reason), '{}') as held,
                    coalesce(array_agg(l.waits_until), '{}') as waits
                from links l where l.card_id = c.card_id and l.status = 'linked') k
            where c.card_id = $1
            """,
            [.text(cardID)], read: currentSnapshot)
    }

    private static let selectVersions =
        "select card_id, version, links, effective_at, cause, cause_id, recorded_at from preference_versions"

    private static func stored(_ row: PostgresRow) throws -> Stored {
        let snapshot = PreferencesSnapshot(
            cardID: try row.get("card_id"), version: try row.get("version"),
            effectiveAt: try row.get("effective_at"), links: try VersionLinksJSON.decode(row.get("links")))
        return Stored(
            snapshot: snapshot,
            cause: PreferenceCause(try row.get("cause", of: "preference_versions"), id: try row.get("cause_id")),
            recordedAt: try row.get("recorded_at"))
    }

    private static func currentSnapshot(_ row: PostgresRow) throws -> PreferencesSnapshot {
        let programs: [String] = try row.get("programs")
        let validities: [LinkValidity] = try row.get("validities", of: "links")
        let reasons: [String?] = try row.get("reasons")
        let checked: [PostgresTimestamp?] = try row.get("checked")
        let held: [HeldReason?] = try row.get("held", of: "links")
        let waits: [PostgresTimestamp?] = try row.get("waits")
        var checks: [String: PreferencesSnapshot.Check] = [:]
        for (index, program) in programs.enumerated() {
            checks[program] = PreferencesSnapshot.Check(
                validity: validities[index], reason: reasons[index],
                checkedAt: checked[index], heldReason: held[index],
                waitsUntil: waits[index])
        }
        let links = try VersionLinksJSON.decode(row.get("links")).map {
            PreferencesSnapshot.Link(
                programID: $0.programID, account: $0.account, parts: $0.parts, check: checks[$0.programID])
        }
        return PreferencesSnapshot(
            cardID: try row.get("card_id"), version: try row.get("version"), effectiveAt: try row.get("effective_at"),
            links: links)
    }
}
