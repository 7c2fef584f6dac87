import Cosmo
import Inbox
import Issuance
import Preferences

extension FaultStage {
    /// The raw deliveries, for a rebuild.
    static let deliveries = DeliveryLookup(
        inboxIDs: { try await InboxStore.ids(of: .programConnection, after: $1, limit: $2, $0) },
        deliveries: { connection, ids in
            try await InboxStore.entries(ids, connection).map {
                StoredDelivery(
                    inboxID: $0.id, stamp: $0.stamp, body: $0.body, receivedAt: $0.receivedAt,
                    wasApplied: $0.wasApplied)
            }
        })

    var preferences: PreferencesContext {
        PreferencesContext(
            pool: pool, programs: ProgramFacts(isKnown: { _ in true }, requiredFields: { _ in [] }),
            answers: { try await InboxStore.answered(among: $1, $0) })
    }

    /// Has the worker apply what is due; entries that failed are due again at once.
    var inboxWorker: InboxWorker {
        let preferences = preferences
        let events = ApplyConnectionEvent(context: preferences)
        let confirm = ConfirmTransaction(pool: pool, cosmo: cosmo, configuration: Self.issuance)
        return InboxWorker(
            inbox: inbox, pool: pool,
            handlers: [
                .programConnection: InboxHandler { entry, connection in
                    _ = try await events(body: entry.body, stamp: entry.stamp, inboxID: entry.id, on: connection)
                    return .applied(note: nil)
                },
                .transaction: InboxHandler { entry, connection in
                    let event = try TransactionEventPayload(body: entry.body)
                    let outcome = try await confirm.apply(
                        event, context: .notAsked, attempts: entry.attempts, on: connection)
                    return outcome.parkedReason.map { .parked(reason: $0) } ?? .applied(note: nil)
                },
            ], logger: Self.logger, random: { $0.lowerBound })
    }
}
