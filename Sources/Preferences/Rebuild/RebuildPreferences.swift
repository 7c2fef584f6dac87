import Cards
package import Cosmo
package import OperatorRecord
import PostgreSQL
import Rewards

/// Derives the preference of cards again from the inbox and the platforms' own calls, compares it with what is stored,
/// and stores it where they differ.
///
/// The sources are the raw deliveries, parsed again; the platforms' links, removals and allocations; and the operators'
/// decisions about held events. Everything else (the set of events, links, the version in force) is derived (I-8).
///
/// **Guarantees**: each card in one transaction, under the locks that changes of preferences take; a card whose stored
/// state is what its sources derive is left as it is. What is put right becomes a new version with the cause `rebuild`;
/// past versions, which decisions pin, are never edited. The check of an account that is the same is kept.
package struct RebuildPreferences: Sendable {
    /// A card whose stored state was not what its sources derive.
    package struct Difference: Sendable, Hashable {
        /// The card.
        package let cardID: String
        /// The weight vector of the version in force, as it was stored; empty for none.
        package let storedWeights: String
        /// The derived one.
        package let derivedWeights: String
        /// What differs, for people; names no account.
        package let description: String
    }

    /// A page of cards.
    package struct Page: Sendable, Hashable {
        /// How many cards were compared.
        package let cardsChecked: Int
        /// Those that differ.
        package let differences: [Difference]
        /// What to ask the next page with; empty at the end.
        package let nextPageToken: String
    }

    let context: PreferencesContext
    let lookup: DeliveryLookup
    let paths: ConnectionEventPayload.Paths

    /// Makes the use case.
    ///
    /// - Parameters:
    ///   - lookup: the raw deliveries.
    ///   - paths: where undocumented fields of their bodies live; the same as the inbox worker's.
    package init(
        context: PreferencesContext, lookup: DeliveryLookup,
        paths: ConnectionEventPayload.Paths = ConnectionEventPayload.Paths()
    ) {
        self.context = context
        self.lookup = lookup
        self.paths = paths
    }

    /// Rebuilds one card, or a page of cards in the order of their ids.
    ///
    /// - Parameters:
    ///   - cardID: one card; empty for a page.
    ///   - dryRun: compares only. The index of deliveries by source user is completed all the same.
    ///   - operatorID: who asked; the cause of what is written.
    ///   - audit: Recorded in the page's first transaction, so that nothing is put right before it is; and recorded
    ///     again, about the card and with what differed, with each card that is put right.
    /// **Guarantees**: where the set of events itself had to be put right, every card of the source user follows at
    /// once. A page that has put something right is answered, whatever meets it then: it ends before the card that
    /// could not be rebuilt, and the next page begins with that card. So an error means that nothing was put right,
    /// unless the answer to a commit was lost, which it says (I-12).
    /// **Errors**: `PreferencesError` with `INVALID_ARGUMENT`, `UNKNOWN_CARD`, `BAD_PAGE_TOKEN`; `PostgresError`. The
    /// call may be repeated.
    /// **Cost**: memory for the events of one source user. The first page, and each single card, looks through the
    /// numbers of all deliveries for such as are not indexed.
    package func callAsFunction(
        cardID: String = "", dryRun: Bool, pageSize: Int = 0, pageToken: String = "", by operatorID: String,
        audit: AuditEntry? = nil
    ) async throws -> Page {
        let limit = try RequestCheck.pageSize(pageSize)
        let listing = Listing("rebuild", cardID.isEmpty ? nil : cardID, dryRun ? "dry" : nil)
        let after = try listing.cardID(of: pageToken)
        var cards: [CardRecord]
        if cardID.isEmpty {
            cards = try await context.pool.all(CardStore.page(after: after, limit: limit + 1))
        } else {
            try RequestCheck.id(cardID, "card_id")
            guard let card = try await context.pool.first(CardStore.find(cardID)) else {
                throw PreferencesError.unknownCard
            }
            cards = [card]
        }
        let hasMore = cards.count > limit
        cards = Array(cards.prefix(limit))
        if pageToken.isEmpty { try await indexDeliveries() }
        if cards.isEmpty, let audit {
            try await context.pool.withTransaction { _ = try await $0.pipeline([audit.statement]) }
        }
        return try await page(cards, of: listing, hasMore: hasMore, dryRun: dryRun, by: operatorID, audit: audit)
    }

    private func page(
        _ cards: [CardRecord], of listing: Listing, hasMore: Bool, dryRun: Bool, by operatorID: String,
        audit: AuditEntry?
    ) async throws -> Page {
        var checked = 0
        var differences: [Difference] = []
        var last: CardRecord?
        for card in cards {
            do {
                let rebuilt = try await rebuild(
                    card, dryRun: dryRun, operatorID: operatorID, audit: audit, isFirst: last == nil)
                checked += rebuilt.checked
                differences += rebuilt.differences
                last = card
            } catch {
                guard !dryRun, !differences.isEmpty, let last else { throw error }
                return Page(
                    cardsChecked: checked, differences: differences,
                    nextPageToken: listing.token(last.cardID))
            }
        }
        let next = hasMore ? last.map { listing.token($0.cardID) } : nil
        return Page(cardsChecked: checked, differences: differences, nextPageToken: next ?? "")
    }
}

extension RebuildPreferences {
    /// Enters every delivery that speaks of a source user and is not indexed.
    func indexDeliveries() async throws {
        var last: Int64 = 0
        while true {
            let after = last
            let (ids, missing) = try await context.pool.withConnection { connection in
                let ids = try await lookup.inboxIDs(connection, after, 10_000)
                return (ids, ids.isEmpty ? [] : try await connection.all(ConnectionDeliveryStore.missing(of: ids)))
            }
            guard let newest = ids.last else { return }
            last = newest
            for chunk in missing.chunks(of: 200) {
                try await context.pool.withTransaction { connection in
                    var sources: [Int64: String] = [:]
                    for delivery in try await lookup.deliveries(connection, chunk) {
                        sources[delivery.inboxID] = read(delivery)?.sourceUserID
                    }
                    if !sources.isEmpty { _ = try await connection.pipeline(ConnectionDeliveryStore.insert(sources)) }
                }
            }
        }
    }

    func read(_ delivery: StoredDelivery) -> ConnectionDelivery? {
        try? ConnectionDelivery(
            body: delivery.body, stamp: delivery.stamp, inboxID: delivery.inboxID, paths: paths)
    }
}

extension Array {
    /// The elements in runs of at most `size`.
    func chunks(of size: Int) -> [[Element]] {
        stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
    }
}
