import Cosmo
import Inbox
import Issuance
import Preferences
import Programs
import Rewards
import Spending
import Wiring

/// What platforms with a user interface of their own and operators do, over the same rooms.
extension ServiceUnderTest {
    /// Which rules find the spends of a refund that names none: all, none but the plainest, and all within a short
    /// window.
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
        Replay(pool: pool, plugins: wiring.pinnedPlugins, logger: Self.logger)
    }

    var rebuildPreferences: RebuildPreferences { wiring.rebuildPreferences(preferences, paths: Self.paths) }
}
