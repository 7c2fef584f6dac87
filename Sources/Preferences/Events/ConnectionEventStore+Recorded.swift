import Cosmo
import PostgreSQL

extension ConnectionEventStore {
    /// Every row about a source user with its knowledge times, also those that no longer count.
    static func recorded(
        ofSourceUser sourceUserID: String,
        readingAccountsWith account: @escaping @Sendable (String) throws -> CosmoAccount = CosmoAccount.init(json:)
    ) -> Query<RecordedEvent> {
        Query(
            """
            select \(columns), discarded_at, content_digest
            from connection_events where source_user_id = $1 order by program_id, stamp_micros, event_id
            """,
            [.text(sourceUserID)]
        ) { row in
            let status: String = try row.get("status")
            let digest: [UInt8] = try row.get("content_digest")
            let event = try event(row, readingAccountWith: account)
            return RecordedEvent(
                event: event, recordedAt: try row.get("recorded_at"), discardedAt: try row.get("discarded_at"),
                isFounded: status != "unfounded", isIntact: digest == event.contentDigest)
        }
    }

    /// The events of a source user that operators decided about, by verdict.
    static func decisions(
        aboutSourceUser sourceUserID: String
    ) -> CombinedQuery<(DecisionVerdict?, EventIdentity), [DecisionVerdict: Set<EventIdentity>]> {
        Query(
            """
            select program_id, stamp_micros, content_digest, card_id, verdict
            from connection_decisions where source_user_id = $1
            """,
            [.text(sourceUserID)]
        ) { row in
            let identity = EventIdentity(
                programID: try row.get("program_id"), stampMicros: try row.get("stamp_micros"),
                contentDigest: try row.get("content_digest"), cardID: try row.get("card_id"))
            return (DecisionVerdict(rawValue: try row.get("verdict")), identity)
        }.combined { decisions in
            decisions.reduce(into: [:]) { byVerdict, decision in
                guard let verdict = decision.0 else { return }
                byVerdict[verdict, default: []].insert(decision.1)
            }
        }
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
