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
import TestSupport
import Testing
import Wiring

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

    static let spending = SpendingConfiguration()

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

    /// Lends a stage with one registered card that shares its rewards between two programs.
    ///
    /// - Parameter resolutionTime: How long its calls look for the outcome of a lost commit.
    static func with(
        resolutionTime: Duration = .milliseconds(600), _ body: (FaultStage) async throws -> Void
    ) async throws {
        try await TestDatabase.withDatabase(poolSizeMax: 2) { direct, connectionString in
            try await CuttingProxy.with(connectionString) { proxy, proxied in
                let pool = PostgresPool(
                    configuration: PostgresConfiguration(
                        connectionString: proxied, poolSizeMax: 2, leaseTimeout: .seconds(1),
                        commitResolutionTime: resolutionTime, reconnectBackoffMin: .milliseconds(5),
                        reconnectBackoffMax: .milliseconds(20)),
                    logger: logger)
                let stage = FaultStage(pool: pool, direct: direct, proxy: proxy)
                try await stage.addPrograms()
                try await stage.registerCard()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try? await pool.run() }
                    group.addTask { await stage.recordSpend.run() }
                    group.addTask { await stage.inbox.run() }
                    do {
                        // The connections are there before the first fault.
                        try await stage.catalogue.reload()
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
        catalogue = ProgramCatalogue(pool: pool, registry: Self.registry, logger: Self.logger)
        recordSpend = RoomWiring(pool: pool, catalogue: catalogue, now: { .now })
            .recordSpend(Self.spending, logger: Self.logger)
        inbox = Inbox(pool: pool)
    }

    /// The rooms as the service wires them, over the way that breaks or the one that does not.
    func wiring(_ pool: PostgresPool, now: @escaping @Sendable () -> PostgresTimestamp = { .now }) -> RoomWiring {
        RoomWiring(pool: pool, catalogue: catalogue, now: now)
    }

    func refunds(
        _ pool: PostgresPool
    ) -> (record: RecordRefund, undo: UndoRefund, reattribute: ReattributeRefund, worker: RefundWorker) {
        wiring(pool).refunds(Self.spending, logger: Self.logger)
    }

    /// Three listed programs, two of which have a plugin that earns one point a dollar.
    private func addPrograms() async throws {
        try await direct.withTransaction { connection in
            var statements = ["prg_a", "prg_b", "prg_c"].map {
                PostgresStatement(
                    "insert into programs (program_id, listed, required_fields) values ($1, true, '{}')", [.text($0)])
            }
            for program in ["prg_a", "prg_b"] {
                let plugin = try Self.registry.install(
                    programID: program, plugin: "flat-rate", configuration: ["pointsPerMajorUnit": .string("1")],
                    configurationVersion: 1)
                let name = plugin.identity.plugin.split(separator: "@").map(String.init)
                statements += [
                    PostgresStatement(
                        """
                        insert into program_configurations
                            (program_id, configuration_version, plugin, plugin_version, configuration, digest, set_by)
                        values ($1, 1, $2, $3, $4, $5, 'test')
                        """,
                        [
                            .text(program), .text(name[0]), .text(name[1]),
                            .text(plugin.configuration.canonicalText), .text(plugin.identity.digest),
                        ]),
                    PostgresStatement(
                        "update programs set configuration_version = 1 where program_id = $1", [.text(program)]),
                ]
            }
            _ = try await connection.pipeline(statements)
        }
    }

    private func registerCard() async throws {
        try await direct.withTransaction { connection in
            _ = try await connection.pipeline([
                PostgresStatement(
                    """
                    insert into cards (card_id, user_id, source_user_id, currency_code, request_hash, \
                    preference_version)
                    values ('card', 'holder', 'source', 'USD', '', 1)
                    """),
                PostgresStatement(
                    """
                    insert into preference_versions (card_id, version, weights, links, cause, cause_id, effective_at)
                    values ('card', 1, 'prg_a:1,prg_b:2', '[]', 'test', 'test', now())
                    """),
                PostgresStatement(
                    """
                    insert into links (card_id, program_id, status, account, validity, event_parts)
                    select 'card', program_id, 'linked', '{"destinationUserId": "M-1"}', 'valid', parts
                    from (values ('prg_a', 1), ('prg_b', 2)) as shares (program_id, parts)
                    """),
            ])
        }
    }

    /// A number that one statement returns, read past the proxy.
    func number(_ sql: String) async throws -> Int64 {
        try await direct.query(sql).first?.value(as: Int64?.self) ?? 0
    }

    /// Waits until the server has noticed every broken connection, and the pool has new ones: until then broken ones
    /// keep their locks, workers pass over what these hold, and a call may find no connection in time.
    func recovered() async throws {
        let open = """
            select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                and backend_type = 'client backend' and xact_start is not null
            """
        try await eventually("no connection is missing and no transaction is open") {
            guard (try? await pool.query("select 1")) != nil else { return false }
            return try await number(open) == 0
        }
    }

    var spendRequest: SpendRequest {
        SpendRequest(
            spendID: "spend", cardID: "card", currencyCode: "USD", amountMinor: 30_00, merchantName: "Grocer",
            occurredAt: PostgresTimestamp(microsecondsSinceEpoch: 1_771_545_600_000_000))
    }

    /// Puts points into a position, due to be planned.
    func earn(points: Int64) async throws {
        let key = PositionKey(cardID: "card", programID: "prg_a", unit: .points)
        let statements = PositionStore().change([.earned(key, micro: points * 1_000_000)], at: .now)
        _ = try await direct.withTransaction { try await $0.pipeline(statements) }
    }

    func planner(_ pool: PostgresPool) -> IssuancePlanner {
        IssuancePlanner(
            pool: pool, configuration: Self.issuance, destinations: RoomWiring.destinations,
            terms: wiring(pool).terms, logger: Self.logger)
    }

    func sender(now: @escaping @Sendable () -> PostgresTimestamp = { .now }) -> IssuanceSender {
        IssuanceSender(
            pool: pool, cosmo: cosmo, configuration: Self.issuance, terms: wiring(pool).terms, now: now,
            logger: Self.logger)
    }

    func resolver(
        _ pool: PostgresPool, now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) -> IssuanceResolver {
        IssuanceResolver(pool: pool, cosmo: cosmo, configuration: Self.issuance, now: now, logger: Self.logger)
    }
}
