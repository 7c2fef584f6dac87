package import Cosmo
import Inbox
import PostgreSQL
package import Preferences
import Programs

extension RoomWiring {
    /// What the use cases of preferences share.
    package func preferences(
        retryRule: RetryRule = RetryRule(),
        onChanged: @escaping @Sendable (_ cardID: String) -> Void = { _ in }
    ) -> PreferencesContext {
        PreferencesContext(
            pool: pool, programs: programFacts, positions: positions, deliveries: InboxStore(), retryRule: retryRule,
            now: now, onChanged: onChanged)
    }

    /// What preferences need to know of a program before linking it.
    private var programFacts: ProgramFacts {
        ProgramFacts(
            isKnown: { [catalogue] in catalogue.program($0) != nil },
            requiredFields: { [catalogue] in catalogue.program($0)?.requiredFields },
            paysIntoWallet: { [catalogue] in catalogue.program($0)?.paysInto == .wallet })
    }

    /// Derives preferences again from the inbox that Cosmo's deliveries are kept in.
    package func rebuildPreferences(
        _ context: PreferencesContext, paths: ConnectionEventPayload.Paths = ConnectionEventPayload.Paths()
    ) -> RebuildPreferences {
        RebuildPreferences(
            context: context,
            lookup: DeliveryLookup(
                inboxIDs: { try await $0.all(InboxStore.ids(of: .programConnection, after: $1, limit: $2)) },
                deliveries: { connection, ids in
                    let (answers, entries) = try await connection.pipeline(
                        InboxStore().answered(among: ids), InboxStore.entries(ids))
                    let answered = Set(answers)
                    return entries.map {
                        StoredDelivery(
                            inboxID: $0.id, stamp: $0.stamp, body: $0.body, receivedAt: $0.receivedAt,
                            wasApplied: $0.wasApplied, isAnswered: answered.contains($0.id))
                    }
                }),
            paths: paths)
    }
}
