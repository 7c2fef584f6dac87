import Cosmo
import Inbox
import Issuance
import Preferences
import Programs
import Rewards
import Spending

/// What platforms with a user interface of their own and operators do, over the same rooms.
extension House {
    /// Which rules find the spends of a refund that names none: all, none but the plainest, and all within a short window.
    static let refundPolicies = [
        AttributionPolicy(), AttributionPolicy(rules: [.exactLink, .sameMerchantAndAmount, .proRata]),
        AttributionPolicy(windowDays: 4),
    ]

    static let paths = ConnectionEventPayload.Paths(parts: WebhookPayloadPath("parts"))

    var linkProgram: LinkProgram { LinkProgram(context: preferences) }
    var delinkProgram: DelinkProgram { DelinkProgram(context: preferences) }
    var resolveHeldEvent: ResolveHeldEvent { ResolveHeldEvent(context: preferences) }
    var reviewHeldLinks: ReviewHeldLinks { ReviewHeldLinks(context: preferences, logger: Self.logger) }

    var reconciliationWorker: ReconciliationWorker {
        ReconciliationWorker(
            pool: pool, reconcile: reconcileDay, configuration: issuance, now: clock.now, logger: Self.logger)
    }

    var replay: Replay {
        let catalogue = catalogue
        return Replay(
            pool: pool, plugins: { try await catalogue.plugin(of: $0, configurationVersion: $1) }, logger: Self.logger)
    }

    var rebuildPreferences: RebuildPreferences {
        RebuildPreferences(
            context: preferences,
            lookup: DeliveryLookup(
                inboxIDs: { try await InboxStore.ids(of: .programConnection, after: $1, limit: $2, $0) },
                deliveries: { connection, ids in
                    let answered = try await InboxStore.answered(among: ids, connection)
                    return try await InboxStore.entries(ids, connection).map {
                        StoredDelivery(
                            inboxID: $0.id, stamp: $0.stamp, body: $0.body, receivedAt: $0.receivedAt,
                            wasApplied: $0.wasApplied, isAnswered: answered.contains($0.id))
                    }
                }), paths: Self.paths)
    }
}
