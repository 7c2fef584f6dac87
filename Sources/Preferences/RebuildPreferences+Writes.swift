import PostgreSQL
import Rewards

extension RebuildPreferences {
    /// Makes the stored set the derived one.
    func mend(
        _ set: DerivedEvents, sourceUserID: String, now: PostgresTimestamp, _ connection: PostgresConnection
    ) async throws {
        var before: [PostgresStatement] = []
        if !set.unfoundedIDs.isEmpty {
            before.append(ConnectionEventStore.markUnfounded(eventIDs: set.unfoundedIDs, now: now))
        }
        if !set.wronglyDiscardedIDs.isEmpty {
            before.append(ConnectionEventStore.letStand(eventIDs: set.wronglyDiscardedIDs))
        }
        _ = try await connection.pipeline(before)
        for missing in set.missing {
            // Known since it came, as it would have been without the loss.
            try await ConnectionEventStore.insert(
                missing.event, sourceUserID: sourceUserID, now: missing.receivedAt, connection)
        }
        let disputed = Dictionary(grouping: set.events, by: \.programID).values.flatMap { events in
            Dictionary(grouping: events, by: { $0.cardID.map(ExactText.init) }).values.flatMap {
                PairState(events: $0, echoWindow: context.echoWindow).disputed
            }
        }
        let held = Set(disputed.compactMap(\.inboxID))
        let settled = Set(set.events.compactMap(\.inboxID)).subtracting(held)
        var after = [ConnectionEventStore.followDecisions(aboutSourceUser: sourceUserID)]
        if !settled.isEmpty { after += context.effects.releaseDeliveries(settled.sorted()) }
        if !held.isEmpty { after += context.effects.holdDeliveries(held.sorted()) }
        _ = try await connection.pipeline(after)
    }

    /// Stores what a card should be.
    func write(
        _ one: RebuiltCard, operatorID: String, now: PostgresTimestamp, _ connection: PostgresConnection
    ) async throws {
        let cardID = one.card.cardID
        var statements: [PostgresStatement] = []
        if let version = one.newVersion {
            statements.append(
                try PreferenceVersionStore.insert(
                    cardID: cardID, version: version, state: one.state,
                    cause: PreferenceCause(.rebuild, id: operatorID), effectiveAt: now, now: now))
            statements.append(CardStore.setVersion(version, of: cardID))
        }
        statements += one.changedRows.map { LinkStore.upsert($0, cardID: cardID, now: now) }
        if !one.surplusProgramIDs.isEmpty {
            statements.append(LinkStore.remove(one.surplusProgramIDs, cardID: cardID))
        }
        for programID in one.movedProgramIDs + one.surplusProgramIDs {
            statements += context.effects.onLinkUsable(cardID, programID)
        }
        statements.append(PreferenceNotice.statement(cardID: cardID))
        statements += record(
            operatorID, cardID, ["version": String(one.version), "difference": one.differences.joined(separator: "; ")])
        _ = try await connection.pipeline(statements)
    }
}
