import Cosmo
import PostgreSQL

extension ConnectionEventStore {
    /// Every row about a source user with its knowledge times, also those that no longer count.
    static func recorded(
        ofSourceUser sourceUserID: String, _ connection: PostgresConnection,
        readingAccountsWith account: (String) throws -> CosmoAccount = CosmoAccount.init(json:)
    ) async throws -> [RecordedEvent] {
        try await connection.query(
            """
            select \(columns), discarded_at, content_digest
            from connection_events where source_user_id = $1 order by program_id, stamp_micros, event_id
            """,
            [.text(sourceUserID)]
        ).map { row in
            let status: String = try row.get("status")
            let digest: [UInt8] = try row.get("content_digest")
            let event = try event(row, readingAccountWith: account)
            return RecordedEvent(
                event: event, recordedAt: try row.get("recorded_at"), discardedAt: try row.get("discarded_at"),
                isFounded: status != "unfounded", isIntact: digest == event.contentDigest)
        }
    }

    /// The events of a source user that operators decided about.
    static func decisions(
        aboutSourceUser sourceUserID: String, _ connection: PostgresConnection
    ) async throws -> [DecisionVerdict: Set<EventIdentity>] {
        var decisions: [DecisionVerdict: Set<EventIdentity>] = [:]
        let rows = try await connection.query(
            """
            select program_id, stamp_micros, content_digest, card_id, verdict
            from connection_decisions where source_user_id = $1
            """,
            [.text(sourceUserID)])
        for row in rows {
            let identity = EventIdentity(
                programID: try row.get("program_id"), stampMicros: try row.get("stamp_micros"),
                contentDigest: try row.get("content_digest"), cardID: try row.get("card_id"))
            let verdict: String = try row.get("verdict")
            if let verdict = DecisionVerdict(rawValue: verdict) { decisions[verdict, default: []].insert(identity) }
        }
        return decisions
    }

    /// Marks events that no delivery says.
    static func markUnfounded(eventIDs: [Int64], now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            """
            update connection_events
            set status = 'unfounded', status_reason = 'NOT_IN_INBOX', discarded_at = $2
            where event_id = any($1)
            """,
            [.int8Array(eventIDs), .timestamptz(now)])
    }

    /// Lets an event count again that no operator discarded.
    static func letStand(eventIDs: [Int64]) -> PostgresStatement {
        PostgresStatement(
            """
            update connection_events set status = 'standing', status_reason = null, discarded_at = null
            where event_id = any($1)
            """,
            [.int8Array(eventIDs)])
    }

    /// Forgets marks that nothing vouches for: of answers that the inbox does not know, of decisions that nobody made.
    static func unmark(answered: [Int64], confirmed: [Int64]) -> PostgresStatement {
        PostgresStatement(
            """
            update connection_events
            set answered_at = case when event_id = any($1) then null else answered_at end,
                confirmed_at = case when event_id = any($2) then null else confirmed_at end
            where event_id = any($1) or event_id = any($2)
            """,
            [.int8Array(answered), .int8Array(confirmed)])
    }

    /// Marks events as their decisions say.
    static func followDecisions(aboutSourceUser sourceUserID: String) -> [PostgresStatement] {
        let isAbout = """
            e.source_user_id = $1 and d.source_user_id = e.source_user_id
                and d.program_id = e.program_id and d.stamp_micros = e.stamp_micros
                and d.content_digest = e.content_digest and coalesce(d.card_id, '') = coalesce(e.card_id, '')
            """
        return [
            PostgresStatement(
                """
                update connection_events e
                set status = 'discarded', status_reason = 'RESOLVED_BY ' || d.decided_by, discarded_at = d.recorded_at
                from connection_decisions d
                where d.verdict = 'discarded' and e.status = 'standing' and \(isAbout)
                """,
                [.text(sourceUserID)]),
            PostgresStatement(
                """
                update connection_events e set confirmed_at = d.recorded_at
                from connection_decisions d
                where d.verdict = 'confirmed' and e.confirmed_at is null and \(isAbout)
                """,
                [.text(sourceUserID)]),
        ]
    }
}
