import Cards
import OperatorRecord
import PostgreSQL
import Rewards

extension RebuildPreferences {
    /// Makes the stored set the derived one.
    func mend(
        _ set: DerivedEvents, sourceUserID: String, now: PostgresTimestamp, _ connection: PostgresConnection
    ) async throws {
        var mends: [PostgresStatement] = []
        if !set.unfoundedIDs.isEmpty {
            mends.append(ConnectionEventStore.markUnfounded(eventIDs: set.unfoundedIDs, now: now))
        }
        if !set.wronglyDiscardedIDs.isEmpty {
            mends.append(ConnectionEventStore.letStand(eventIDs: set.wronglyDiscardedIDs))
        }
        if !set.wronglyAnsweredIDs.isEmpty || !set.wronglyConfirmedIDs.isEmpty {
            mends.append(
                ConnectionEventStore.unmark(answered: set.wronglyAnsweredIDs, confirmed: set.wronglyConfirmedIDs))
        }
        _ = try await connection.pipeline(mends)
        for chunk in set.missing.chunks(of: 200) {
            // Known since it came, as it would have been without the loss.
            _ = try await connection.pipeline(
                chunk.map { ConnectionEventStore.insert($0.event, sourceUserID: sourceUserID, now: $0.receivedAt) })
        }
        let (_, stored) = try await connection.pipeline(
            ConnectionEventStore.followDecisions(aboutSourceUser: sourceUserID),
            ConnectionEventStore.recorded(ofSourceUser: sourceUserID, readingAccountsWith: StoredAccount.lenient))
        // Each event has its row now.
        let (_, open) = try await connection.pipeline(
            fileDeliveries(set, by: stored),
            ConnectionEventStore.openDeliveries(ofSourceUser: sourceUserID, programID: nil))
        _ = try await context.takeAnswers(among: open, now: now, connection)
    }

    /// Enters each delivery with the event it says.
    private func fileDeliveries(_ set: DerivedEvents, by stored: [RecordedEvent]) -> PostgresStatement {
        let rows = stored.filter { $0.isFounded && $0.isIntact }.map { (EventIdentity($0.event), $0.event.eventID) }
        let eventIDs = Dictionary(rows) { first, _ in first }
        var filed: [Int64: Int64?] = [:]
        for inboxID in set.misfiledIDs { filed[inboxID] = .some(nil) }
        for (inboxID, identity) in set.identities { filed[inboxID] = eventIDs[identity] }
        return ConnectionDeliveryStore.setEvents(filed)
    }

    /// Shows the deliveries of a source user as held or not, by what is held for each of its cards.
    func show(held: [[Int64: HeldReason]], among events: [ConnectionEvent], now: PostgresTimestamp)
        -> [PostgresStatement]
    {
        let held = SourceUserChange.merged(held)
        let settled = Set(events.compactMap(\.inboxID)).subtracting(held.keys)
        return HeldDeliveries.released(settled, in: context.deliveries, now: now)
            + HeldDeliveries.shown(held, in: context.deliveries, now: now)
    }

    /// Stores what a card should be.
    func write(
        _ one: RebuiltCard, to card: LockedCard, operatorID: String, audit: AuditEntry?, now: PostgresTimestamp,
        _ connection: PostgresConnection
    ) async throws {
        let newVersion = try one.newVersion.map { version in
            try NewPreferenceVersion(
                of: card, version: version, saying: one.state, cause: PreferenceCause(.rebuild, id: operatorID),
                effectiveAt: now, now: now)
        }
        var statements = one.changedRows.map { LinkStore.upsert($0, of: card, now: now) }
        if !one.surplusProgramIDs.isEmpty {
            statements.append(LinkStore.remove(one.surplusProgramIDs, of: card))
        }
        statements += context.planAgain(
            moved: one.movedProgramIDs + one.surplusProgramIDs, waitChanged: one.waitChangedProgramIDs, of: card,
            now: now)
        statements.append(PreferenceNoticeStore.statement(cardID: card.id))
        let words = ["version": String(one.version), "difference": one.differences.joined(separator: "; ")]
        if let audit { statements.append(audit.about(card.id).adding(words).statement) }
        _ = try await connection.pipeline(newVersion, statements)
    }
}
