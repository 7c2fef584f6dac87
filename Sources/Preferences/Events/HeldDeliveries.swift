import Cards
import Deliveries
import PostgreSQL
import Rewards

/// Shows deliveries as held, or as held no longer, where the change of a single card brings that about.
enum HeldDeliveries {
    /// Shows deliveries as held, each with its reason.
    static func shown(
        _ held: [Int64: HeldReason], in deliveries: any DeliveryBook, now: PostgresTimestamp
    ) -> [PostgresStatement] {
        HeldReason.allCases.flatMap { reason in
            let ids = held.filter { $0.value == reason }.keys.sorted()
            return ids.isEmpty ? [] : deliveries.hold(ids, reason: reason.rawValue, now: now)
        }
    }

    /// Shows deliveries as held no longer.
    static func released(
        _ ids: Set<Int64>, in deliveries: any DeliveryBook, now: PostgresTimestamp
    ) -> [PostgresStatement] {
        ids.isEmpty
            ? [] : deliveries.release(ids.sorted(), reasons: HeldReason.reasonsOnceSettled, now: now)
    }

    /// After a platform's own call settled a pair of its card: what is held for no card of the source user any more.
    ///
    /// The caller holds the card's lock. A delivery that is being applied meanwhile waits for it, and then shows what
    /// it finds itself.
    static func released(
        by change: CardChange, context: PreferencesContext, now: PostgresTimestamp,
        _ connection: PostgresConnection
    ) async throws -> [PostgresStatement] {
        guard !change.settledProgramIDs.isEmpty else { return [] }
        let sourceUserID = change.card.sourceUserID
        let (cardIDs, pairs) = try await connection.pipeline(
            CardStore.ids(ofSourceUser: sourceUserID),
            change.settledProgramIDs.map { ConnectionEventStore.events(ofSourceUser: sourceUserID, programID: $0) })
        var statements: [PostgresStatement] = []
        for events in pairs {
            let held = cardIDs.flatMap { cardID in
                let own = events.filter { $0.cardID.map { ExactText($0) == ExactText(cardID) } ?? true }
                let pair = PairState(events: own, retryWindow: context.retryRule.window)
                return pair.disputed + pair.retried
            }
            let settled = Set(events.compactMap(\.inboxID)).subtracting(held.compactMap(\.inboxID))
            statements += released(settled, in: context.deliveries, now: now)
        }
        return statements
    }
}
