import AllocationPlugins
import Cosmo
import Inbox
import Issuance
import Logging
import PluginRuntime
import PostgreSQL
import PostgreSQLCluster
import Programs
import Rewards
import Spending
import Synchronization
import Testing

/// The rooms over a database that they reach through a proxy which breaks their connections, and a direct way to look.
struct FaultStage: Sendable {
    /// The way that breaks.
    let pool: PostgresPool
    /// The way that does not.
    let direct: PostgresPool
    let proxy: CuttingProxy
    let cosmo = LedgerCosmo()
    let recordSpend: RecordSpend
    let inbox: Inbox
    let catalogue: ProgramCatalogue

    static let logger = {
        var logger = Logger(label: "multibrand.fault")
        logger.logLevel = .critical
        return logger
    }()

    static let spending = SpendingConfiguration(commitResolutionTime: .milliseconds(600))

    static let issuance = {
        var configuration = IssuanceConfiguration()
        configuration.pollInterval = .milliseconds(5)
        configuration.backoffMin = .milliseconds(1)
        configuration.backoffMax = .milliseconds(5)
        configuration.readDelayMin = .milliseconds(1)
        configuration.readDelayMax = .milliseconds(5)
        configuration.leaseMargin = .zero
        configuration.settlement.leaseDuration = .seconds(5)
        configuration.settlement.settleDelay = .seconds(1)
        return configuration
    }()

    static let registry = {
        do {
            return try PluginRegistry(allocationPlugins)
        } catch {
            preconditionFailure("the plugins of this build cannot be registered: \(error)")
        }
    }()

    /// What earns points for the card `card` of these tests: both programs, one point a dollar.
    static let plugins = {
        do {
            return PluginSet(
                try ["prg_a", "prg_b"].map { program in
                    try registry.install(
                        programID: program, plugin: "flat-rate", configuration: ["pointsPerMajorUnit": .string("1")],
                        configurationVersion: 1)
                })
        } catch {
            preconditionFailure("the plugins of this build do not install: \(error)")
        }
    }()

    static let earningSink: EarningSink = { earnings in
        PositionStore.earn(
            earnings.map {
                PositionEarning(
                    cardID: $0.cardID, programID: $0.programID, unit: $0.unit == .points ? .points : .value,
                    micro: $0.micro)
            }, at: .now)
    }

    static let clawbackSink: ClawbackSink = { clawbacks in
        PositionStore.clawBack(
            clawbacks.map {
                PositionClawback(
                    cardID: $0.cardID, programID: $0.programID, unit: $0.unit == .points ? .points : .value,
                    micro: $0.micro)
            }, planAt: .now)
    }

    static let pinnedPlugins: PinnedPlugins = { programID, _ in
        guard let plugin = plugins[programID] else { throw CancellationError() }
        return plugin
    }

    /// Lends a stage with one registered card that shares its rewards between two programs.
    static func with(_ body: (FaultStage) async throws -> Void) async throws {
        try await TestDatabase.withDatabase(poolSizeMax: 2) { direct, connectionString in
            try await CuttingProxy.with(connectionString) { proxy, proxied in
                let pool = PostgresPool(
                    configuration: PostgresConfiguration(
                        connectionString: proxied, poolSizeMax: 2, leaseTimeout: .seconds(1),
                        reconnectBackoffMin: .milliseconds(5), reconnectBackoffMax: .milliseconds(20)),
                    logger: logger)
                let stage = FaultStage(pool: pool, direct: direct, proxy: proxy)
                try await stage.registerCard()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try? await pool.run() }
                    group.addTask { await stage.recordSpend.run() }
                    group.addTask { await stage.inbox.run() }
                    // The connections are there before the first fault.
                    _ = try await pool.query("select 1")
                    do {
                        try await body(stage)
                    } catch {
                        stage.recordSpend.shutDown()
                        group.cancelAll()
                        throw error
                    }
                    stage.recordSpend.shutDown()
                    group.cancelAll()
                }
            }
        }
    }

    private init(pool: PostgresPool, direct: PostgresPool, proxy: CuttingProxy) {
        self.pool = pool
        self.direct = direct
        self.proxy = proxy
        recordSpend = RecordSpend(
            pool: pool, configuration: Self.spending, plugins: { Self.plugins }, earningSink: Self.earningSink,
            logger: Self.logger)
        inbox = Inbox(pool: pool)
        catalogue = ProgramCatalogue(pool: pool, registry: Self.registry, logger: Self.logger)
    }

    private func registerCard() async throws {
        try await direct.withTransaction { connection in
            _ = try await connection.pipeline([
                PostgresStatement(
                    """
                    insert into cards (card_id, user_id, source_user_id, currency_code, request_hash, preference_version)
                    values ('card', 'holder', 'source', 'USD', '', 1)
                    """),
                PostgresStatement(
                    """
                    insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
                    values ('card', 1, 'prg_a:1,prg_b:2', '[]', 'test', 'test', now())
                    """),
            ])
        }
    }

    /// A number that one statement returns, read past the proxy.
    func number(_ sql: String) async throws -> Int64 {
        try await direct.query(sql).first?.get(0, as: Int64?.self) ?? 0
    }

    /// Waits until the server has noticed every broken connection, and the pool has new ones: until then broken ones keep
    /// their locks, workers pass over what these hold, and a call may find no connection in time.
    func recovered() async throws {
        let open = """
            select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                and backend_type = 'client backend' and xact_start is not null
            """
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            let isReachable = (try? await pool.query("select 1")) != nil
            if isReachable, try await number(open) == 0 { return }
            guard ContinuousClock.now < deadline else {
                Issue.record("thirty seconds after a fault, connections are missing or a transaction is open")
                return
            }
            await Task.yield()
        }
    }

    var spendRequest: SpendRequest {
        SpendRequest(
            spendID: "spend", cardID: "card", currencyCode: "USD", amountMinor: 30_00, merchantName: "Grocer",
            occurredAt: PostgresTimestamp(microsecondsSinceEpoch: 1_771_545_600_000_000))
    }

    /// Puts points into a position, due to be planned.
    func earn(points: Int64) async throws {
        let earning = PositionEarning(cardID: "card", programID: "prg_a", unit: .points, micro: points * 1_000_000)
        _ = try await direct.withTransaction { try await $0.pipeline(PositionStore.earn([earning], at: .now)) }
    }

    func planner(_ pool: PostgresPool) -> IssuancePlanner {
        IssuancePlanner(
            pool: pool, configuration: Self.issuance,
            destinations: { _, keys in
                keys.map { _ in
                    Destination(account: CosmoAccount(userID: "M-1"), validity: .valid, cardCurrencyCode: "USD")
                }
            },
            terms: Self.terms, logger: Self.logger)
    }

    static let terms: ProgramTermsLookup = { _, programs in
        Dictionary(programs.map { ($0, ProgramTerms()) }) { $1 }
    }

    func sender(now: @escaping @Sendable () -> PostgresTimestamp = { .now }) -> IssuanceSender {
        IssuanceSender(
            pool: pool, cosmo: cosmo, configuration: Self.issuance, terms: Self.terms, now: now, logger: Self.logger)
    }

    func resolver(
        _ pool: PostgresPool, now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) -> IssuanceResolver {
        IssuanceResolver(pool: pool, cosmo: cosmo, configuration: Self.issuance, now: now, logger: Self.logger)
    }
}
