import Cards
import PostgreSQL
import Rewards

/// What the events of one program, known for a source user, do to all of its cards: decided from values, written as
/// statements.
struct SourceUserChange {
    /// What changes of each of the source user's cards, in their order.
    let changes: [CardChange]
    /// Deliveries that wait for a decision, with the reason: for a card, or for the set while there is no card yet.
    let heldDeliveries: [Int64: HeldReason]
    /// The events that are disputed for at least one card.
    let disputed: [ConnectionEvent]
    /// The events that may be retries, for each card apart.
    let retried: [[ConnectionEvent]]
    /// Deliveries that may be shown as held and wait for no decision any more.
    let settledInboxIDs: Set<Int64>

    /// The cards whose stored rows change.
    var changedCardIDs: [String] { changes.filter { !$0.changedRows.isEmpty }.map(\.card.cardID) }

    /// Decides, purely.
    ///
    /// - Parameters:
    ///   - stored: What is stored of the source user and the program.
    ///   - cards: The source user's cards.
    init(_ stored: Stored, programID: String, cards: [CardRecord], rule: RetryRule, now: PostgresTimestamp) {
        let events = stored.events
        let rows = stored.rows
        changes = cards.map { card in
            CardChange(
                card: card, stored: rows[ExactText(card.cardID)] ?? [:], events: events, programIDs: [programID],
                rule: rule, now: now)
        }
        if cards.isEmpty {
            let byCard = Dictionary(grouping: events, by: { $0.cardID.map(ExactText.init) }).values
            disputed = byCard.flatMap { PairState(events: $0, retryWindow: rule.window).disputed }
        } else {
            disputed = changes.flatMap(\.disputed)
        }
        // Without a card nothing is issued that a retry could lead astray.
        retried = changes.map(\.retried)
        heldDeliveries = Self.merged(changes.map(\.heldDeliveries) + [CardChange.held(disputed, .sameStampConflict)])
        // A delivery that was held once may be settled by a newer event, by an answer, or by an operator.
        let mayBeHeld =
            cards.isEmpty || changes.contains { !$0.overtaken.isEmpty }
            || rows.values.contains { $0[programID]?.isHeld == true }
        settledInboxIDs = mayBeHeld ? Set(events.compactMap(\.inboxID)).subtracting(heldDeliveries.keys) : []
    }

    /// Writes the change of every card, and shows deliveries as held or no longer so, with what else is to be written.
    /// The delivery that is being applied is left to the caller.
    ///
    /// - Parameter cards: The cards that the change was decided for, in the same order.
    /// **Cost**: one round trip.
    @discardableResult
    func apply(
        to cards: LockedCards, cause: PreferenceCause, effectiveAt: PostgresTimestamp, deliveryAtHand: Int64? = nil,
        also others: [PostgresStatement] = [], context: PreferencesContext, now: PostgresTimestamp,
        _ connection: PostgresConnection
    ) async throws -> [PreferencesSnapshot] {
        let writes = try zip(cards, changes).map { card, change in
            try change.writes(to: card, cause: cause, effectiveAt: effectiveAt, context: context, now: now)
        }
        let statements =
            HeldDeliveries.shown(
                heldDeliveries.filter { $0.key != deliveryAtHand }, in: context.deliveries, now: now)
            + HeldDeliveries.released(
                settledInboxIDs.subtracting([deliveryAtHand ?? 0]), in: context.deliveries, now: now)
        return try await connection.pipeline(writes, statements + others).0
    }

    /// What is held for some cards; a delivery that is disputed for one of them is shown as that.
    static func merged(_ held: [[Int64: HeldReason]]) -> [Int64: HeldReason] {
        held.reduce(into: [:]) { all, some in
            all.merge(some) { $0 == .sameStampConflict ? $0 : $1 }
        }
    }
}
