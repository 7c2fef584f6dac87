import PostgreSQL

extension ConnectionEventStore {
    /// A delivery of an event that is not known to have been answered; the event has one or several.
    struct OpenDelivery {
        let sourceUserID: String
        let programID: String
        let eventID: Int64
        let inboxID: Int64

        fileprivate init(_ row: PostgresRow) throws {
            sourceUserID = try row.get("source_user_id")
            programID = try row.get("program_id")
            eventID = try row.get("event_id")
            inboxID = try row.get("inbox_id")
        }
    }

    /// The delivery that an event came with, and those that said the same in other bytes.
    private static let deliveries = """
        lateral (
            select e.inbox_id union select d.inbox_id from connection_deliveries d where d.event_id = e.event_id) s
        """

    private static let isOpen = "e.inbox_id is not null and e.answered_at is null and e.status <> 'unfounded'"

    /// The deliveries about a source user of events that are not known to have been answered.
    ///
    /// - Parameter programID: one program, or nil for all.
    static func openDeliveries(ofSourceUser sourceUserID: String, programID: String?) -> Query<OpenDelivery> {
        Query(
            """
            select e.source_user_id, e.program_id, e.event_id, s.inbox_id
            from connection_events e cross join \(deliveries)
            where e.source_user_id = $1 and ($2::text is null or e.program_id = $2::text) and \(isOpen)
            """,
            [.text(sourceUserID), .textOrNull(programID)], read: OpenDelivery.init)
    }

    /// Marks events as answered in time.
    static func markAnswered(eventIDs: [Int64], now: PostgresTimestamp) -> PostgresStatement {
        PostgresStatement(
            "update connection_events set answered_at = $2 where event_id = any($1) and answered_at is null",
            [.int8Array(eventIDs), .timestamptz(now)])
    }

    /// The events of which each delivery was answered, once each and in order: a sender that had no answer to one of
    /// them may send it again.
    static func answeredEvents(among open: [OpenDelivery], _ answered: Set<Int64>) -> [OpenDelivery] {
        Dictionary(grouping: open, by: \.eventID).values
            .filter { $0.allSatisfy { answered.contains($0.inboxID) } }
            .map { $0[0] }.sorted { $0.eventID < $1.eventID }
    }

    /// The deliveries about the pairs of source users and programs of these links, of events that are not known to have
    /// been answered. An event below a conflict may be a retry too.
    static func openDeliveries(about links: [LinkKey]) -> Query<OpenDelivery> {
        Query(
            """
            select distinct e.source_user_id, e.program_id, e.event_id, s.inbox_id
            from unnest($1::text[], $2::text[]) l (card_id, program_id)
            join cards c on c.card_id = l.card_id
            join connection_events e on e.source_user_id = c.source_user_id and e.program_id = l.program_id
            cross join \(deliveries)
            where \(isOpen)
            """,
            [.textArray(links.map(\.cardID)), .textArray(links.map(\.programID))], read: OpenDelivery.init)
    }
}
