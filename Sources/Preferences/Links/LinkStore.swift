import Cards
import Cosmo
import PostgreSQL
import Rewards

/// The SQL of `links`.
enum LinkStore {
    /// A row and its card.
    typealias CardLink = (cardID: ExactText, link: LinkRow)

    /// The rows of some cards, by card and program.
    static func rows(ofCards cardIDs: [String]) -> CombinedQuery<CardLink, [ExactText: [String: LinkRow]]> {
        links(ofCards: cardIDs, readingAccountsWith: CosmoAccount.init(json:)).combined { links in
            links.reduce(into: [:]) { $0[$1.cardID, default: [:]][$1.link.programID] = $1.link }
        }
    }

    /// The rows of one card, by program.
    static func rows(
        ofCard cardID: String,
        readingAccountsWith account: @escaping @Sendable (String) throws -> CosmoAccount = CosmoAccount.init(json:)
    ) -> CombinedQuery<CardLink, [String: LinkRow]> {
        links(ofCards: [cardID], readingAccountsWith: account).combined { links in
            links.reduce(into: [:]) { $0[$1.link.programID] = $1.link }
        }
    }

    private static func links(
        ofCards cardIDs: [String], readingAccountsWith account: @escaping @Sendable (String) throws -> CosmoAccount
    ) -> Query<CardLink> {
        Query(
            """
            select card_id, program_id, status, account, event_parts, allocated_parts, held_reason, waits_until,
                deciding_event_id, deciding_stamp_micros, validity, validity_reason, validity_checked_at,
                validity_due_at, validity_attempts
            from links where card_id = any($1) order by card_id, program_id
            """,
            [.textArray(cardIDs)]
        ) { row in (ExactText(try row.get("card_id")), try link(row, account: account(row.get("account")))) }
    }

    /// The ids of the cards that have a row of a program's link, those after one, in the order of the database; nil
    /// begins.
    static func cardIDs(linkedTo programID: String, after cardID: String?, limit: Int) -> Query<String> {
        Query(
            """
            select card_id from links where ($1::text is null or card_id > $1) and program_id = $3
            order by card_id limit $2
            """,
            [.textOrNull(cardID), .int(limit), .text(programID)]
        ) { row in try row.get("card_id") }
    }

    /// Writes a row whole.
    static func upsert(_ row: LinkRow, of card: LockedCard, now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            insert into links (
                card_id, program_id, status, account, event_parts, allocated_parts, held, deciding_event_id,
                deciding_stamp_micros, validity, validity_reason, validity_checked_at, validity_due_at,
                validity_attempts, updated_at, held_reason, waits_until)
            values ($1, $2, $3, $4, $5::bigint::integer, $6::bigint::integer, $7, $8::bigint, $9, $10, $11::text,
                $12::timestamptz, $13::timestamptz, $14::bigint::integer, $15, $16::text, $17::timestamptz)
            on conflict (card_id, program_id) do update set
                status = excluded.status, account = excluded.account, event_parts = excluded.event_parts,
                allocated_parts = excluded.allocated_parts, held = excluded.held,
                deciding_event_id = excluded.deciding_event_id,
                deciding_stamp_micros = excluded.deciding_stamp_micros, validity = excluded.validity,
                validity_reason = excluded.validity_reason, validity_checked_at = excluded.validity_checked_at,
                validity_due_at = excluded.validity_due_at, validity_attempts = excluded.validity_attempts,
                updated_at = excluded.updated_at, held_reason = excluded.held_reason,
                waits_until = excluded.waits_until
            """,
            [
                .text(card.id), .text(row.programID), .text(row.status.rawValue),
                .json(row.account.json), .int8OrNull(row.eventParts.map(Int64.init)),
                .int8OrNull(row.allocatedParts.map(Int64.init)), .bool(row.isHeld), .int8OrNull(row.decidingEventID),
                .int8(row.decidingStampMicros), .text(row.validity.rawValue), .textOrNull(row.validityReason),
                .timestamptzOrNull(row.validityCheckedAt), .timestamptzOrNull(row.validityDueAt),
                .int(row.validityAttempts), .timestamptz(now), .textOrNull(row.heldReason?.rawValue),
                .timestamptzOrNull(row.waitsUntil),
            ])
    }

    /// Removes rows that nothing derives.
    static func remove(_ programIDs: [String], of card: LockedCard) -> PostgresStatement {
        PostgresStatement(
            "delete from links where card_id = $1 and program_id = any($2)", [.text(card.id), .textArray(programIDs)])
    }

    /// The next held links after one, in the order of their keys.
    static func held(after link: LinkKey, limit: Int) -> Query<LinkKey> {
        Query(
            """
            select card_id, program_id from links
            where held and (card_id, program_id) > ($1, $2) order by card_id, program_id limit $3
            """,
            [.text(link.cardID), .text(link.programID), .int(limit)]
        ) { row in LinkKey(cardID: try row.get("card_id"), programID: try row.get("program_id")) }
    }

    /// How many rows are held, by reason.
    static let heldCounts = Query<(reason: HeldReason, count: Int64)>(
        "select held_reason, count(*) from links where held group by held_reason"
    ) { row in (try row.get("held_reason", of: "links"), try row.get("count")) }

    private static func link(_ row: PostgresRow, account: CosmoAccount) throws -> LinkRow {
        let eventParts: Int32? = try row.get("event_parts")
        let allocatedParts: Int32? = try row.get("allocated_parts")
        var link = LinkRow(programID: try row.get("program_id"))
        link.status = try row.get("status", of: "links")
        link.account = account
        link.eventParts = eventParts.map(Int.init)
        link.allocatedParts = allocatedParts.map(Int.init)
        link.heldReason = try row.get("held_reason", of: "links")
        link.waitsUntil = try row.get("waits_until")
        link.decidingEventID = try row.get("deciding_event_id")
        link.decidingStampMicros = try row.get("deciding_stamp_micros")
        link.validity = try row.get("validity", of: "links")
        link.validityReason = try row.get("validity_reason")
        link.validityCheckedAt = try row.get("validity_checked_at")
        link.validityDueAt = try row.get("validity_due_at")
        link.validityAttempts = Int(try row.get("validity_attempts", as: Int32.self))
        return link
    }
}
