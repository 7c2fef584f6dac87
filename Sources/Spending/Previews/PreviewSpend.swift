package import PluginRuntime
package import PostgreSQL
import Rewards

/// Shows what recording a spend would do now, and gives a token that pins it (N7).
///
/// **Guarantees** Nothing is stored and nobody waits: the facts come from one snapshot (REPEATABLE READ) without a
/// lock. `RecordSpend` with the token does exactly what was shown or names what changed.
package struct PreviewSpend: Sendable {
    private let pool: PostgresPool
    private let configuration: SpendingConfiguration
    private let plugins: any PluginsInForce
    private let prefetch: BatchPrefetch
    private let tables = ApportionmentCache()
    private let now: @Sendable () -> PostgresTimestamp

    /// Makes the use case; the parameters are those of `RecordSpend`.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        plugins: any PluginsInForce, now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        self.configuration = configuration
        self.plugins = plugins
        self.now = now
        prefetch = BatchPrefetch(lateClearing: configuration.lateClearing, fallback: configuration.fallback)
    }

    /// Previews one spend.
    ///
    /// **Errors** Those of `RecordSpend` that depend on the spend; `PostgresError`.
    /// **Cost** One round trip of look-ups, and another when a plugin asks for period totals.
    package func callAsFunction(_ request: SpendRequest) async throws -> SpendPreview {
        let spend = try request.validated(now: now(), times: configuration.times)
        let plugins = plugins.inForce
        let facts = try await pool.withTransaction(isolation: .repeatableRead) { connection in
            try await prefetch.facts(for: [spend], plugins: plugins, on: connection)
        }
        let previewedAt = now()
        var batch = BatchDecision(
            facts: facts, plugins: plugins, tables: tables, configuration: configuration, recordedAt: previewedAt)
        let recorded = try batch.decide(spend).recorded
        let expiresAt = previewedAt.advanced(by: configuration.previewLifetime)
        let token = PreviewToken(
            contentHash: spend.hash, decision: recorded.decision, attribution: recorded.attribution,
            expiresAt: expiresAt)
        return SpendPreview(
            decision: recorded.decision, legs: recorded.legs, attribution: recorded.attribution, token: token.text,
            expiresAt: expiresAt)
    }
}
