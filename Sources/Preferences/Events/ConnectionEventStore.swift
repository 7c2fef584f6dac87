import Cards
import Cosmo
import PostgreSQL

/// The SQL of `connection_events`.
enum ConnectionEventStore {
    /// Adds an event to the set of its source user; an event that is there already stays one row (I-8), and one that a
    /// rebuild found unfounded counts again.
    static func insert(
        _ event: ConnectionEvent, sourceUserID: String, now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into connection_events (
                source_user_id, card_id, program_id, kind, stamp_micros, content_digest, account, parts, inbox_id,
                request_id, recorded_at)
            values ($1, $2::text, $3, $4, $5, $6, $7, $8::bigint::integer, $9::bigint, $10::text, $11)
            on conflict (source_user_id, program_id, stamp_micros, content_digest, coalesce(card_id, '')) do update set
                kind = excluded.kind, account = excluded.account, parts = excluded.parts,
                inbox_id = excluded.inbox_id, request_id = excluded.request_id,
                recorded_at = excluded.recorded_at, status = 'standing', status_reason = null, discarded_at = null,
                answered_at = null
            where connection_events.status = 'unfounded'
            """,
            [
                .text(sourceUserID), .textOrNull(event.cardID), .text(event.programID), .text(event.kind.rawValue),
                .int8(event.stampMicros), .bytea(event.contentDigest), .json(event.account.json),
                .int8OrNull(event.parts.map(Int64.init)), .int8OrNull(event.inboxID), .textOrNull(event.requestID),
                .timestamptz(now),
            ])
    }

    /// The events of a source user, of one program or of all.
    static func events(ofSourceUser sourceUserID: String, programID: String?) -> Query<ConnectionEvent> {
        Query(
            """
            select \(columns) from connection_events
            where source_user_id = $1 and ($2::text is null or program_id = $2::text) and status <> 'unfounded'
            order by program_id, stamp_micros, event_id
            """,
            [.text(sourceUserID), .textOrNull(programID)]
        ) { row in try event(row) }
    }

    /// The source user and the program of a delivery's event; no row when the delivery left none.
    static func place(ofInboxEntry inboxID: Int64) -> Query<(sourceUserID: String, programID: String)> {
        Query(
            """
            select source_user_id, program_id from connection_events
            where inbox_id = $1 or event_id = (select event_id from connection_deliveries where inbox_id = $1)
            order by event_id limit 1
            """,
            [.int8(inboxID)]
        ) { row in (try row.get("source_user_id"), try row.get("program_id")) }
    }

    /// Takes events out of the set by an operator's decision.
    static func discard(
        eventIDs: [Int64], by operatorID: String, now: PostgresTimestamp
    ) -> [PostgresStatement] {
        [
            decision(.discarded, about: eventIDs, by: operatorID, now: now),
            PostgresStatement(
                """
                update connection_events set status = 'discarded', status_reason = $2, discarded_at = $3
                where event_id = any($1) and status = 'standing'
                """,
                [.int8Array(eventIDs), .text("RESOLVED_BY \(operatorID)"), .timestamptz(now)]),
        ]
    }

    /// Keeps an operator's decision that an event is no retry.
    static func confirm(eventID: Int64, by operatorID: String, now: PostgresTimestamp) -> [PostgresStatement] {
        [
            decision(.confirmed, about: [eventID], by: operatorID, now: now),
            PostgresStatement(
                "update connection_events set confirmed_at = $2 where event_id = $1 and confirmed_at is null",
                [.int8(eventID), .timestamptz(now)]),
        ]
    }

    private static func decision(
        _ verdict: DecisionVerdict, about eventIDs: [Int64], by operatorID: String, now: PostgresTimestamp
    ) -> PostgresStatement {
        PostgresStatement(
            """
            insert into connection_decisions (
                source_user_id, program_id, stamp_micros, content_digest, card_id, decided_by, recorded_at, verdict)
            select source_user_id, program_id, stamp_micros, content_digest, card_id, $2, $3, $4
            from connection_events where event_id = any($1) order by event_id
            on conflict (source_user_id, program_id, stamp_micros, content_digest, coalesce(card_id, ''), verdict)
                do nothing
            """,
            [.int8Array(eventIDs), .text(operatorID), .timestamptz(now), .text(verdict.rawValue)])
    }

    static let columns = """
        event_id, card_id, program_id, kind, stamp_micros, account, parts, inbox_id, request_id, status, recorded_at,
        answered_at, confirmed_at
        """

    static func event(
        _ row: PostgresRow, readingAccountWith account: (String) throws -> CosmoAccount = CosmoAccount.init(json:)
    ) throws -> ConnectionEvent {
        let kind: String = try row.get("kind")
        let parts: Int32? = try row.get("parts")
        let status: String = try row.get("status")
        return ConnectionEvent(
            eventID: try row.get("event_id"), cardID: try row.get("card_id"), programID: try row.get("program_id"),
            kind: kind == ConnectionEvent.Kind.linked.rawValue ? .linked : .delinked,
            stampMicros: try row.get("stamp_micros"), account: try account(row.get("account")),
            parts: parts.map(Int.init), inboxID: try row.get("inbox_id"), requestID: try row.get("request_id"),
            isStanding: status == "standing",
            isAnswered: try row.get("answered_at", as: PostgresTimestamp?.self) != nil,
            isConfirmed: try row.get("confirmed_at", as: PostgresTimestamp?.self) != nil,
            recordedAt: try row.get("recorded_at"))
    }
}
