import Cards
import OperatorRecord
import PostgreSQL
import Rewards

extension RebuildPreferences {
    /// Derives one card from its sources and, unless it is a dry run, stores what differs; all in one transaction.
    ///
    /// - Parameter isFirst: Whether this card begins the page: its transaction also records who asked.
    func rebuild(
        _ card: CardRecord, dryRun: Bool, operatorID: String, audit: AuditEntry?, isFirst: Bool
    ) async throws -> (checked: Int, differences: [Difference]) {
        let rebuilt = try await context.pool.withLine("source-user:\(card.sourceUserID)") {
            try await rebuildLocked(card, dryRun: dryRun, operatorID: operatorID, audit: audit, isFirst: isFirst)
        }
        let differences = rebuilt.cards.compactMap { one -> Difference? in
            let isAsked = ExactText(one.card.cardID) == ExactText(card.cardID)
            let description = (isAsked ? rebuilt.set : []) + one.differences
            guard !description.isEmpty else { return nil }
            return Difference(
                cardID: one.card.cardID, storedWeights: one.storedWeights,
                derivedWeights: one.state.weights.canonicalText, description: description.joined(separator: "; "))
        }
        if !dryRun { for difference in differences { context.onChanged(difference.cardID) } }
        return (rebuilt.cards.count, differences)
    }

    /// The transaction: the cards of the source user that were compared, and how the set of events differed.
    private func rebuildLocked(
        _ card: CardRecord, dryRun: Bool, operatorID: String, audit: AuditEntry?, isFirst: Bool
    ) async throws -> (cards: [RebuiltCard], set: [String]) {
        try await context.pool.withTransaction { connection in
            let sourceUser = try await LockedSourceUser.lock(card.sourceUserID, on: connection)
            let cards = try await sourceUser.lockCards(on: connection)
            let now = context.now()
            let set = try await derive(sourceUserID: card.sourceUserID, connection)
            var events = set.events
            let isMended = set.isDifferent && !dryRun
            if isMended {
                try await mend(set, sourceUserID: card.sourceUserID, now: now, connection)
                events = try await connection.all(
                    ConnectionEventStore.events(ofSourceUser: card.sourceUserID, programID: nil))
            }
            let concerned =
                isMended ? Array(cards) : cards.filter { ExactText($0.id) == ExactText(card.cardID) }
            var rebuilt: [RebuiltCard] = []
            for card in concerned {
                let one = try await compare(card.record, events: events, now: now, connection)
                rebuilt.append(one)
                if !one.differences.isEmpty, !dryRun {
                    try await write(one, to: card, operatorID: operatorID, audit: audit, now: now, connection)
                }
            }
            let shown = isMended ? show(held: rebuilt.map(\.heldDeliveries), among: events, now: now) : []
            let statements = shown + (isFirst ? audit.statements : [])
            if !statements.isEmpty { _ = try await connection.pipeline(statements) }
            return (cards: rebuilt, set: set.differences)
        }
    }

    /// Derives the set of events of a source user; the caller holds its lock.
    private func derive(sourceUserID: String, _ connection: PostgresConnection) async throws -> DerivedEvents {
        let (filed, stored, decisions) = try await connection.pipeline(
            ConnectionDeliveryStore.entries(ofSourceUser: sourceUserID),
            ConnectionEventStore.recorded(ofSourceUser: sourceUserID, readingAccountsWith: StoredAccount.lenient),
            ConnectionEventStore.decisions(aboutSourceUser: sourceUserID))
        var said: [(event: ConnectionEvent, delivery: StoredDelivery)] = []
        for chunk in filed.map(\.inboxID).chunks(of: 200) {
            for delivery in try await lookup.deliveries(connection, chunk) {
                guard let reading = read(delivery), ExactText(reading.sourceUserID) == ExactText(sourceUserID) else {
                    continue
                }
                said.append((reading.event, delivery))
            }
        }
        return DerivedEvents(
            said: said, filed: filed, stored: stored, discarded: decisions[.discarded] ?? [],
            confirmed: decisions[.confirmed] ?? [])
    }

    private func compare(
        _ card: CardRecord, events: [ConnectionEvent], now: PostgresTimestamp, _ connection: PostgresConnection
    ) async throws -> RebuiltCard {
        let (allocations, stored, versions) = try await connection.pipeline(
            AllocationStore.allocations(ofCard: card.cardID),
            LinkStore.rows(ofCard: card.cardID, readingAccountsWith: StoredAccount.lenient),
            PreferenceVersionStore.inForce(cardID: card.cardID, version: card.preferenceVersion))
        let inForce =
            versions.first ?? PreferenceVersionStore.InForce(weights: nil, links: nil, versionMax: 0)
        let derived = CardChange(
            card: card, stored: [:], events: events, programIDs: Set(events.map(\.programID)),
            allocation: Allocation.newestParts(allocations), rule: context.retryRule, now: now)
        return RebuiltCard(derived: derived, stored: stored, inForce: inForce)
    }
}
