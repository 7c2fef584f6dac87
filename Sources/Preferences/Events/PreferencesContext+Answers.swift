import Deliveries
import PostgreSQL

extension PreferencesContext {
    /// Takes into the set which of its events were answered in time; whether any is news.
    ///
    /// The caller holds the lock of the source user: what is derived afterwards is derived from these answers, and from
    /// no other.
    ///
    /// - Parameter open: the deliveries of events that are not known to have been answered, read under that lock.
    func takeAnswers(
        among open: [ConnectionEventStore.OpenDelivery], now: PostgresTimestamp, _ connection: PostgresConnection
    ) async throws -> Bool {
        guard !open.isEmpty else { return false }
        let answered = ConnectionEventStore.answeredEvents(
            among: open, Set(try await connection.all(deliveries.answered(among: open.map(\.inboxID)))))
        guard !answered.isEmpty else { return false }
        _ = try await connection.pipeline(
            ConnectionEventStore.markAnswered(eventIDs: answered.map(\.eventID), now: now))
        return true
    }
}
