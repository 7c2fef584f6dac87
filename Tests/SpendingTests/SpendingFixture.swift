import AllocationPlugins
import Logging
import PluginRuntime
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Spending
import Synchronization

/// A migrated database with a running `RecordSpend` and plugins that a test may swap.
struct SpendingFixture: Sendable {
    let pool: PostgresPool
    let recordSpend: RecordSpend
    let plugins: SwappablePlugins
    let configuration: SpendingConfiguration

    /// Lends a fresh one to `body`.
    static func with<T: Sendable>(
        plugins: [InstalledPlugin] = [],
        configuration: SpendingConfiguration = SpendingConfiguration(),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        _ body: (SpendingFixture) async throws -> T
    ) async throws -> T {
        let configuration = configuration.patient
        return try await TestDatabase.withDatabase { pool, _ in
            let swappable = SwappablePlugins(PluginSet(plugins))
            let recordSpend = recordSpend(pool, swappable, configuration, now: now)
            return try await running(recordSpend) {
                try await body(
                    SpendingFixture(
                        pool: pool, recordSpend: recordSpend, plugins: swappable, configuration: configuration))
            }
        }
    }

    static func recordSpend(
        _ pool: PostgresPool, _ plugins: SwappablePlugins,
        _ configuration: SpendingConfiguration = SpendingConfiguration(),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) -> RecordSpend {
        var logger = Logger(label: "multibrand.test")
        logger.logLevel = .critical
        return RecordSpend(
            pool: pool, configuration: configuration.patient, plugins: plugins,
            positions: PositionsByHand(), now: now, logger: logger)
    }

    /// Runs a use case around `body` and waits until it has drained.
    static func running<T: Sendable>(_ recordSpend: RecordSpend, _ body: () async throws -> T) async throws -> T {
        let run = Task { await recordSpend.run() }
        do {
            let value = try await body()
            recordSpend.shutDown()
            await run.value
            return value
        } catch {
            recordSpend.shutDown()
            await run.value
            throw error
        }
    }

    /// Registers a card; without shares it has no links.
    func register(_ cardID: String, currency: String = "USD", _ shares: [(programID: String, parts: Int)] = [])
        async throws
    {
        try await Self.register(cardID, currency: currency, shares, in: pool)
    }

    static func register(
        _ cardID: String, currency: String = "USD", _ shares: [(programID: String, parts: Int)] = [],
        in pool: PostgresPool
    ) async throws {
        _ = try await pool.query(
            """
            insert into cards (card_id, user_id, source_user_id, currency_code, request_hash)
            select $1, 'user', s.source, $2, sha256(convert_to(octet_length($1) || ':' || $1 || '4:user'
                || octet_length($2) || ':' || $2 || octet_length(s.source) || ':' || s.source, 'UTF8'))
            from (select 'source of ' || $1) s (source)
            """, [.text(cardID), .text(currency)])
        if !shares.isEmpty { try await setPreference(cardID, shares, in: pool) }
    }

    /// Puts the next version of a card's preference in force, as the preference room does.
    ///
    /// - Parameter effectiveAt: When the sender says it took effect; the database's clock when left out.
    func setPreference(
        _ cardID: String, _ shares: [(programID: String, parts: Int)], at effectiveAt: PostgresTimestamp? = nil
    ) async throws {
        try await Self.setPreference(cardID, shares, at: effectiveAt, in: pool)
    }

    private static func setPreference(
        _ cardID: String, _ shares: [(programID: String, parts: Int)], at effectiveAt: PostgresTimestamp? = nil,
        in pool: PostgresPool
    ) async throws {
        let weights = try WeightVector(shares).canonicalText
        try await pool.withTransaction { connection in
            _ = try await connection.pipeline([
                PostgresStatement(
                    "update cards set preference_version = preference_version + 1 where card_id = $1", [.text(cardID)]),
                PostgresStatement(
                    """
                    insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
                    select card_id, preference_version, $2, \(LinksByHand.json(ofWeights: "$2")), 'test', 'test',
                        coalesce($3::timestamptz, now())
                      from cards where card_id = $1
                    """, [.text(cardID), .text(weights), .timestamptzOrNull(effectiveAt)]),
                PostgresStatement("delete from links where card_id = $1", [.text(cardID)]),
                PostgresStatement(LinksByHand.events(where: "c.card_id = $1"), [.text(cardID)]),
                PostgresStatement(LinksByHand.links(where: "c.card_id = $1"), [.text(cardID)]),
            ])
        }
    }

    /// Installs a flat rate of points per major unit.
    static func flatRate(_ programID: String, _ rate: String = "1", version: Int64 = 1) throws -> InstalledPlugin {
        try PluginRegistry(allocationPlugins).install(
            programID: programID, plugin: "flat-rate", configuration: ["pointsPerMajorUnit": .string(rate)],
            configurationVersion: version)
    }

    /// A number that one statement returns.
    func number(_ sql: String, _ parameters: [PostgresValue] = []) async throws -> Int64 {
        try await pool.query(sql, parameters)[0].value()
    }
}

/// The plugins in force, as composition holds them.
final class SwappablePlugins: PluginsInForce {
    private struct State {
        var inForce: PluginSet
        /// Every plugin there ever was, for decisions that pinned it.
        var ever: [InstalledPlugin]
    }

    private struct NoSuchConfiguration: Error {}

    private let state: Mutex<State>

    init(_ plugins: PluginSet) {
        state = Mutex(State(inForce: plugins, ever: plugins.programIDs.compactMap { plugins[$0] }))
    }

    var inForce: PluginSet { state.withLock { $0.inForce } }

    func install(_ plugin: InstalledPlugin) {
        state.withLock { state in
            state.inForce = state.inForce.replacing(plugin)
            state.ever.append(plugin)
        }
    }

    /// Forgets every plugin of a program but the one in force, as a build without them has.
    func forgetFormer(_ programID: String) {
        state.withLock { state in
            let inForce = state.inForce[programID]?.identity
            state.ever.removeAll { $0.programID == programID && $0.identity != inForce }
        }
    }

    /// The plugins of former decisions, as composition finds them.
    var pinned: PinnedPlugins {
        { programID, version in
            let plugin = self.state.withLock { state in
                state.ever.first { $0.programID == programID && $0.identity.configurationVersion == version }
            }
            guard let plugin else { throw NoSuchConfiguration() }
            return plugin
        }
    }
}

/// A plain spend of a card.
func spend(
    _ spendID: String, card: String = "card", amount: Int64 = 10_00, currency: String = "USD", mcc: String = "5411",
    at occurredAt: PostgresTimestamp? = nil, clearing authorizationID: String = ""
) -> SpendRequest {
    SpendRequest(
        spendID: spendID, cardID: card, currencyCode: currency, amountMinor: amount, merchantCategoryCode: mcc,
        merchantName: "Corner shop", merchantCountry: "US", occurredAt: occurredAt, authorizationID: authorizationID)
}

/// Waits for the error of a call and gives its reason; nil when it succeeds.
func reason(_ body: () async throws -> Void) async throws -> SpendingError.Reason? {
    do {
        try await body()
        return nil
    } catch let error as SpendingError {
        return error.reason
    }
}

/// SplitMix64: the same numbers for the same seed on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension SpendingConfiguration {
    /// The same with a patience that catches hangs only: a loaded machine may keep a card busy for long.
    var patient: SpendingConfiguration {
        var configuration = self
        configuration.cardPatience = .seconds(300)
        return configuration
    }
}
