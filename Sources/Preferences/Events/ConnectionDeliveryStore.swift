import PostgreSQL

/// The SQL of `connection_deliveries`: which deliveries speak of a source user, and which event each says.
enum ConnectionDeliveryStore {
    /// Enters a delivery as one of its event, which is in the set.
    ///
    /// An event that gets another delivery is open again: the sender of that one may not have had an answer.
    static func insert(
        _ inboxID: Int64, of event: ConnectionEvent, sourceUserID: String
    ) -> PostgresStatement {
        PostgresStatement(
            """
            with entered as (
                insert into connection_deliveries (inbox_id, source_user_id, event_id)
                select $1, source_user_id, event_id from connection_events
                where source_user_id = $2 and program_id = $3 and stamp_micros = $4 and content_digest = $5
                    and coalesce(card_id, '') = coalesce($6::text, '')
                on conflict (inbox_id) do update set event_id = excluded.event_id
                where connection_deliveries.event_id is distinct from excluded.event_id
                returning event_id
            )
            update connection_events e set answered_at = null
            from entered n where e.event_id = n.event_id and e.answered_at is not null
            """,
            [
                .int8(inboxID), .text(sourceUserID), .text(event.programID), .int8(event.stampMicros),
                .bytea(event.contentDigest), .textOrNull(event.cardID),
            ])
    }

    /// Enters deliveries with the source users they name; which event each says is entered when it is applied.
    static func insert(_ sourceUserIDs: [Int64: String]) -> PostgresStatement {
        let ordered = sourceUserIDs.sorted { $0.key < $1.key }
        return PostgresStatement(
            """
            insert into connection_deliveries (inbox_id, source_user_id)
            select inbox_id, source_user_id from unnest($1::bigint[], $2::text[]) as d (inbox_id, source_user_id)
            on conflict (inbox_id) do nothing
            """,
            [.int8Array(ordered.map(\.key)), .textArray(ordered.map(\.value))])
    }

    /// Enters which event each of some deliveries says; nil for none.
    static func setEvents(_ eventIDs: [Int64: Int64?]) -> PostgresStatement {
        let ordered = eventIDs.sorted { $0.key < $1.key }
        return PostgresStatement(
            """
            update connection_deliveries d set event_id = n.event_id
            from unnest($1::bigint[], $2::bigint[]) as n (inbox_id, event_id)
            where d.inbox_id = n.inbox_id and d.event_id is distinct from n.event_id
            """,
            [.int8Array(ordered.map(\.key)), .int8ArrayNullable(ordered.map(\.value))])
    }

    /// Those of some deliveries that are not entered.
    static func missing(of inboxIDs: [Int64]) -> Query<Int64> {
        Query(
            """
            select i.inbox_id from unnest($1::bigint[]) as i (inbox_id)
            where not exists (select from connection_deliveries d where d.inbox_id = i.inbox_id)
            order by i.inbox_id
            """,
            [.int8Array(inboxIDs)]
        ) { row in try row.get("inbox_id") }
    }

    /// The deliveries that speak of a source user, in the order of arrival, each with the event it is entered with.
    static func entries(ofSourceUser sourceUserID: String) -> Query<(inboxID: Int64, eventID: Int64?)> {
        Query(
            "select inbox_id, event_id from connection_deliveries where source_user_id = $1 order by inbox_id",
            [.text(sourceUserID)]
        ) { row in (try row.get("inbox_id"), try row.get("event_id")) }
    }
}
