import Cards
package import Cosmo
package import Deliveries
import Logging
package import PostgreSQL
import Rewards
package import Waiting

/// Applies a verified Program Connection delivery: adds its event to the set, and brings every card of its source user
/// to what the set says (I-8).
///
/// **Guarantees**: applying a delivery again, or applying deliveries in another order, ends in the same state. An event
/// of a source user without a card is kept and takes effect when one is registered.
package struct ApplyConnectionEvent: DeliveryHandler {
    private let context: PreferencesContext
    private let paths: ConnectionEventPayload.Paths
    private let linksChanged: Signal

    /// Makes the use case.
    ///
    /// - Parameters:
    ///   - paths: Where undocumented fields of the payload are.
    ///   - linksChanged: Raised after the commit of a delivery that may have changed links; the link checker waits for
    ///     it.
    package init(
        context: PreferencesContext, paths: ConnectionEventPayload.Paths = ConnectionEventPayload.Paths(),
        linksChanged: Signal = Signal()
    ) {
        self.context = context
        self.paths = paths
        self.linksChanged = linksChanged
    }

    /// Wakes the link checker.
    package func committed() { linksChanged.raise() }

    /// The stamp of a delivery in microseconds: `x-timestamp` as Unix seconds, or as milliseconds when it has 13
    /// digits.
    package static func stampMicros(of stamp: String) -> Int64? {
        guard (1...13).contains(stamp.utf8.count), stamp.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int64(stamp)
        else { return nil }
        return stamp.utf8.count == 13 ? number * 1_000 : number * 1_000_000
    }

    /// Applies one delivery in the caller's transaction.
    ///
    /// **Errors** `PostgresError` only; whatever is wrong with the delivery is in the verdict.
    package func apply(
        _ due: DueDelivery, prepared: Never? = nil, on connection: PostgresConnection
    ) async throws -> DeliveryVerdict {
        let delivery: ConnectionDelivery
        do throws(ConnectionDelivery.Refusal) {
            delivery = try ConnectionDelivery(
                body: due.body, stamp: due.stamp, inboxID: due.inboxID, paths: paths)
        } catch {
            return .parked(reason: error.reason)
        }
        return try await apply(delivery.event, sourceUserID: delivery.sourceUserID, on: connection)
    }

    private func apply(
        _ event: ConnectionEvent, sourceUserID: String, on connection: PostgresConnection
    ) async throws -> DeliveryVerdict {
        let sourceUser = try await LockedSourceUser.lock(sourceUserID, on: connection)
        let cards = try await sourceUser.lockCards(on: connection)
        // Under the locks, so that knowledge times of one source user follow the order of its changes.
        let now = context.now()
        var entry = [ConnectionEventStore.insert(event, sourceUserID: sourceUserID, now: now)]
        if let inboxID = event.inboxID {
            entry.append(ConnectionDeliveryStore.insert(inboxID, of: event, sourceUserID: sourceUserID))
        }
        let (source, _) = try await SourceUserChange.takingAnswers(
            of: sourceUser, programID: event.programID, cards: cards, writing: entry, context: context, now: now,
            connection)
        let cause = PreferenceCause(.event, id: event.inboxID.map(String.init) ?? "")
        try await source.apply(
            to: cards, cause: cause, effectiveAt: PostgresTimestamp(microsecondsSinceEpoch: event.stampMicros),
            deliveryAtHand: event.inboxID, context: context, now: now, connection)
        return verdict(on: event, source)
    }

    private func verdict(on event: ConnectionEvent, _ source: SourceUserChange) -> DeliveryVerdict {
        if let reason = source.heldDeliveries[event.inboxID ?? 0] { return .held(reason: reason.rawValue) }
        let isWaiting = source.changes.contains { change in
            change.rows[event.programID]?.status == .waiting
                && change.rows[event.programID]?.decidingStampMicros == event.stampMicros
        }
        // It takes effect by itself when an older link leaves, so nobody has to look at it.
        let note = isWaiting ? "TOO_MANY_LINKS" : source.changes.isEmpty ? "NO_CARD_YET" : nil
        return .applied(note: note)
    }
}
