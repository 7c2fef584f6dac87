import Cards
import PostgreSQL
import Rewards

extension SourceUserChange {
    /// What a change is decided from.
    struct Stored {
        /// The events of the source user and the program.
        let events: [ConnectionEvent]
        /// The rows of the source user's cards, by card and program.
        let rows: [ExactText: [String: LinkRow]]
    }

    /// Reads what a change is decided from, as one step of a pipeline.
    struct Reading: PipelineStep {
        private let events: Query<ConnectionEvent>
        private let rows: CombinedQuery<LinkStore.CardLink, [ExactText: [String: LinkRow]]>?

        init(_ sourceUser: LockedSourceUser, programID: String, cards: LockedCards) {
            events = ConnectionEventStore.events(ofSourceUser: sourceUser.id, programID: programID)
            rows = cards.isEmpty ? nil : LinkStore.rows(ofCards: cards.map(\.id))
        }

        var statements: [PostgresStatement] { events.statements + rows.statements }

        func takeAnswer(from results: inout ArraySlice<PostgresResult>) throws -> Stored {
            Stored(events: try events.takeAnswer(from: &results), rows: try rows.takeAnswer(from: &results) ?? [:])
        }
    }

    /// Takes into the set which of its events were answered in time, and decides.
    ///
    /// - Parameter statements: What is written before anything is read, in the same round trip.
    /// - Returns: The change, and whether any answer was news.
    /// **Cost**: one round trip, one more where deliveries are open, and two more where an answer is news.
    static func takingAnswers(
        of sourceUser: LockedSourceUser, programID: String, cards: LockedCards,
        writing statements: [PostgresStatement] = [], context: PreferencesContext, now: PostgresTimestamp,
        _ connection: PostgresConnection
    ) async throws -> (change: SourceUserChange, hasNews: Bool) {
        let reading = Reading(sourceUser, programID: programID, cards: cards)
        let (_, open, before) = try await connection.pipeline(
            statements, ConnectionEventStore.openDeliveries(ofSourceUser: sourceUser.id, programID: programID), reading)
        let hasNews = try await context.takeAnswers(among: open, now: now, connection)
        // Only the answers can have changed what was read: the locks keep everything else as it is.
        let stored = hasNews ? try await connection.pipeline(reading) : before
        let change = SourceUserChange(
            stored, programID: programID, cards: cards.map(\.record), rule: context.retryRule, now: now)
        return (change, hasNews)
    }
}
