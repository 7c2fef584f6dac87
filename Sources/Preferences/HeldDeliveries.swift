import PostgreSQL
import Rewards

/// Shows deliveries as held, or as held no longer, where the change of a single card brings that about.
enum HeldDeliveries {
    /// After a platform's own call settled a pair of its card: what is disputed for no card of the source user any more.
    ///
    /// The caller holds the card's lock. A delivery that is being applied meanwhile waits for it, and then shows what it
    /// finds itself.
    static func released(
        by change: CardChange, context: PreferencesContext, _ connection: PostgresConnection
    ) async throws -> [PostgresStatement] {
        guard !change.settledProgramIDs.isEmpty else { return [] }
        let cardIDs = try await CardStore.ids(ofSourceUser: change.card.sourceUserID, connection)
        var statements: [PostgresStatement] = []
        for programID in change.settledProgramIDs {
            let events = try await ConnectionEventStore.events(
                ofSourceUser: change.card.sourceUserID, programID: programID, connection)
            let disputed = cardIDs.flatMap { cardID in
                let own = events.filter { $0.cardID.map { ExactText($0) == ExactText(cardID) } ?? true }
                return PairState(events: own, echoWindow: context.echoWindow).disputed
            }
            let settled = Set(events.compactMap(\.inboxID)).subtracting(disputed.compactMap(\.inboxID))
            if !settled.isEmpty { statements += context.effects.releaseDeliveries(settled.sorted()) }
        }
        return statements
    }

    /// After a card was registered into a set that is disputed for it, though for no card before.
    static func held(by change: CardChange, context: PreferencesContext) -> [PostgresStatement] {
        let disputed = Set(change.disputed.compactMap(\.inboxID)).sorted()
        return disputed.isEmpty ? [] : context.effects.holdDeliveries(disputed)
    }
}
