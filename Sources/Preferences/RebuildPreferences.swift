public import Cosmo
public import PostgreSQL
import Rewards

/// Derives the preference of cards anew from the inbox and the platforms' own calls, compares it with what is stored, and
/// stores it where they differ.
///
/// The sources are the raw deliveries, parsed again; the platforms' links, removals and allocations; and the operators'
/// decisions about held events. Everything else (the set of events, links, the version in force) is derived (I-8).
///
/// **Guarantees**: each card in one transaction, under the locks that changes of preferences take; a card whose stored
/// state is what its sources derive is left as it is. What is put right becomes a new version with the cause `rebuild`;
/// past versions, which decisions pin, are never edited. The check of an account that is the same is kept.
public struct RebuildPreferences: Sendable {
    /// A card whose stored state was not what its sources derive.
    public struct Difference: Sendable, Hashable {
        /// The card.
        public let cardID: String
        /// The weight vector of the version in force, as it was stored; empty for none.
        public let storedWeights: String
        /// The derived one.
        public let derivedWeights: String
        /// What differs, for people; names no account.
        public let description: String
    }

    /// A page of cards.
    public struct Page: Sendable, Hashable {
        /// How many cards were compared.
        public let cardsChecked: Int
        /// Those that differ.
        public let differences: [Difference]
        /// What to ask the next page with; empty at the end.
        public let nextPageToken: String
    }

    /// The statements that record an operator's action, in the transaction that carries it out.
    public typealias Recording =
        @Sendable (
            _ operatorID: String, _ cardID: String, _ detail: [String: String]
        ) -> [PostgresStatement]

    private let context: PreferencesContext
    private let lookup: DeliveryLookup
    private let paths: ConnectionEventPayload.Paths
    private let record: Recording

    /// Makes the use case.
    ///
    /// - Parameters:
    ///   - lookup: the raw deliveries.
    ///   - paths: where undocumented fields of their bodies live; the same as the inbox worker's.
    ///   - record: records what was put right.
    public init(
        context: PreferencesContext, lookup: DeliveryLookup,
        paths: ConnectionEventPayload.Paths = ConnectionEventPayload.Paths(),
        record: @escaping Recording = { _, _, _ in [] }
    ) {
        self.context = context
        self.lookup = lookup
        self.paths = paths
        self.record = record
    }

    /// Rebuilds one card, or a page of cards in the order of their ids.
    ///
    /// - Parameters:
    ///   - cardID: one card; empty for a page.
    ///   - dryRun: compares only. The index of deliveries by source user is completed all the same.
    ///   - operatorID: who asked; the cause of what is written.
    /// **Guarantees**: where the set of events itself had to be put right, every card of the source user follows at once.
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, `BAD_PAGE_TOKEN`; `PostgresError`, after
    /// which the cards before in the page stand as rebuilt and the call may be repeated.
    /// **Cost**: memory for the events of one source user. The first page, and each single card, looks through the numbers
    /// of all deliveries for such as are not indexed.
    public func callAsFunction(
        cardID: String = "", dryRun: Bool, pageSize: Int = 0, pageToken: String = "", by operatorID: String
    ) async throws -> Page {
        let limit = try RequestCheck.pageSize(pageSize)
        let after = try CardPageToken.cardID(of: pageToken)
        var cards: [CardRecord]
        if cardID.isEmpty {
            cards = try await context.pool.withConnection {
                try await CardStore.page(after: after, limit: limit + 1, $0)
            }
        } else {
            try RequestCheck.id(cardID, "card_id")
            guard let card = try await context.pool.withConnection({ try await CardStore.find(cardID, $0) }) else {
                throw PreferencesError.unknownCard
            }
            cards = [card]
        }
        let hasMore = cards.count > limit
        cards = Array(cards.prefix(limit))
        if pageToken.isEmpty { try await indexDeliveries() }
        var checked = 0
        var differences: [Difference] = []
        for card in cards {
            let rebuilt = try await rebuild(card, dryRun: dryRun, operatorID: operatorID)
            checked += rebuilt.checked
            differences += rebuilt.differences
        }
        let next = hasMore ? cards.last.map { CardPageToken.token(after: $0.cardID) } : nil
        return Page(cardsChecked: checked, differences: differences, nextPageToken: next ?? "")
    }

    /// Enters every delivery that speaks of a source user and is not indexed.
    private func indexDeliveries() async throws {
        var last: Int64 = 0
        while true {
            let after = last
            let (ids, missing) = try await context.pool.withConnection { connection in
                let ids = try await lookup.inboxIDs(connection, after, 10_000)
                return (ids, ids.isEmpty ? [] : try await ConnectionDeliveryStore.missing(of: ids, connection))
            }
            guard let newest = ids.last else { return }
            last = newest
            for chunk in missing.chunks(of: 200) {
                try await context.pool.withTransaction { connection in
                    var sources: [Int64: String] = [:]
                    for delivery in try await lookup.deliveries(connection, chunk) {
                        sources[delivery.inboxID] = read(delivery)?.sourceUserID
                    }
                    if !sources.isEmpty { try await ConnectionDeliveryStore.insert(sources, connection) }
                }
            }
        }
    }

    private func read(_ delivery: StoredDelivery) -> ConnectionDelivery? {
        try? ConnectionDelivery(
            body: delivery.body, stamp: delivery.stamp, inboxID: delivery.inboxID, paths: paths)
    }

    private func rebuild(
        _ card: CardRecord, dryRun: Bool, operatorID: String
    ) async throws -> (checked: Int, differences: [Difference]) {
        let rebuilt = try await context.pool.withTransaction { connection in
            try await CardStore.lockSourceUser(card.sourceUserID, connection)
            let cards = try await CardStore.lockAll(ofSourceUser: card.sourceUserID, connection)
            let now = context.now()
            let set = try await derive(sourceUserID: card.sourceUserID, connection)
            var events = set.events
            if set.isDifferent, !dryRun {
                try await mend(set, sourceUserID: card.sourceUserID, now: now, connection)
                events = try await ConnectionEventStore.events(
                    ofSourceUser: card.sourceUserID, programID: nil, connection)
            }
            let concerned =
                set.isDifferent && !dryRun ? cards : cards.filter { ExactText($0.cardID) == ExactText(card.cardID) }
            var rebuilt: [RebuiltCard] = []
            for card in concerned {
                let one = try await compare(card, events: events, now: now, connection)
                rebuilt.append(one)
                if !one.differences.isEmpty, !dryRun {
                    try await write(one, operatorID: operatorID, now: now, connection)
                }
            }
            return (cards: rebuilt, set: set.differences)
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

    /// Derives the set of events of a source user; the caller holds its lock.
    private func derive(sourceUserID: String, _ connection: PostgresConnection) async throws -> DerivedEvents {
        let ids = try await ConnectionDeliveryStore.inboxIDs(ofSourceUser: sourceUserID, connection)
        var said: [(event: ConnectionEvent, delivery: StoredDelivery)] = []
        for chunk in ids.chunks(of: 200) {
            for delivery in try await lookup.deliveries(connection, chunk) {
                guard let reading = read(delivery), ExactText(reading.sourceUserID) == ExactText(sourceUserID) else {
                    continue
                }
                said.append((reading.event, delivery))
            }
        }
        let stored = try await ConnectionEventStore.recorded(ofSourceUser: sourceUserID, connection)
        let decisions = try await ConnectionEventStore.decisions(aboutSourceUser: sourceUserID, connection)
        return DerivedEvents(said: said, stored: stored, discarded: Set(decisions.keys))
    }

    /// Makes the stored set the derived one.
    private func mend(
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

    private func compare(
        _ card: CardRecord, events: [ConnectionEvent], now: PostgresTimestamp, _ connection: PostgresConnection
    ) async throws -> RebuiltCard {
        let allocations = try await AllocationStore.allocations(ofCard: card.cardID, connection)
        let stored = try await LinkStore.rows(ofCards: [card.cardID], connection)[ExactText(card.cardID)] ?? [:]
        let inForce = try await PreferenceVersionStore.inForce(
            cardID: card.cardID, version: card.preferenceVersion, connection)
        let derived = CardChange(
            card: card, stored: [:], events: events, programIDs: Set(events.map(\.programID)),
            allocation: Allocation.newestParts(allocations), echoWindow: context.echoWindow, now: now)
        return RebuiltCard(derived: derived, stored: stored, inForce: inForce)
    }

    private func write(
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

extension Array {
    /// The elements in runs of at most `size`.
    fileprivate func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
