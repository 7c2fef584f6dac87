import Cosmo
import CosmoSandbox
import Issuance
import Logging
import PostgreSQL
import PostgreSQLCluster
import Rewards
import Synchronization
import TestSupport
import Testing

/// A room of issuance on a real database, facing a real sandbox over a socket, with a clock that tests move.
final class Stage: Sendable {
    let pool: PostgresPool
    let sandbox: CosmoSandbox
    let cosmo: CosmoClient
    let clock = TestClock()
    let configuration: IssuanceConfiguration
    let destinations = Mutex<[DestinationKey: Destination]>([:])
    let terms = Mutex<[String: ProgramTerms]>([:])
    static let logger = {
        var logger = Logger(label: "issuance.test")
        logger.logLevel = .critical
        return logger
    }()

    init(pool: PostgresPool, sandbox: CosmoSandbox, cosmo: CosmoClient, configuration: IssuanceConfiguration) {
        self.pool = pool
        self.sandbox = sandbox
        self.cosmo = cosmo
        self.configuration = configuration
    }

    /// Runs `body` on a fresh stage and takes everything down afterwards.
    static func with(
        sandbox adjustSandbox: (inout CosmoSandboxConfiguration) -> Void = { _ in },
        cosmo adjustCosmo: (inout CosmoConfiguration) -> Void = { _ in },
        issuance adjust: (inout IssuanceConfiguration) -> Void = { _ in },
        _ body: (Stage) async throws -> Void
    ) async throws {
        var sandboxConfiguration = CosmoSandboxConfiguration()
        sandboxConfiguration.isDurable = false
        adjustSandbox(&sandboxConfiguration)
        let sandbox = try CosmoSandbox(configuration: sandboxConfiguration, logger: logger)
        var configuration = IssuanceConfiguration()
        configuration.pollInterval = .milliseconds(5)
        configuration.intervalMargin = .seconds(86_400)
        adjust(&configuration)
        try await TestDatabase.withDatabase { pool, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sandbox.run() }
                let url = try await sandbox.baseURL
                var cosmoConfiguration = CosmoConfiguration(
                    environment: .sandbox, apiBaseURL: url,
                    credentials: CosmoCredentials(clientID: "demo-client", clientSecret: "demo-secret"),
                    authBaseURL: url, widgetAuthBaseURL: url)
                cosmoConfiguration.requestTimeout = .seconds(10)
                adjustCosmo(&cosmoConfiguration)
                let cosmo = try CosmoClient(configuration: cosmoConfiguration, logger: logger)
                let stage = Stage(pool: pool, sandbox: sandbox, cosmo: cosmo, configuration: configuration)
                do {
                    try await body(stage)
                } catch {
                    await cosmo.shutdown()
                    group.cancelAll()
                    throw error
                }
                await cosmo.shutdown()
                group.cancelAll()
            }
        }
    }

    /// Links a card to a program and lets it earn whole points (or millionths of minor units of value).
    func earn(
        _ card: String, _ program: String, points: Int64 = 0, valueMicro: Int64 = 0, member: String? = nil,
        validity: LinkValidity = .valid, currency: String = "USD"
    ) async throws {
        let key = DestinationKey(cardID: card, programID: program)
        let account = CosmoAccount(userID: member ?? "M-\(card)")
        destinations.withLock {
            $0[key] = Destination(account: account, validity: validity, cardCurrencyCode: currency)
        }
        terms.withLock { if $0[program] == nil { $0[program] = ProgramTerms() } }
        let isPoints = valueMicro == 0
        let earning = PositionChange.earned(
            PositionKey(cardID: card, programID: program, unit: isPoints ? .points : .value),
            micro: isPoints ? points * 1_000_000 : valueMicro)
        _ = try await pool.withTransaction { connection in
            try await connection.pipeline(
                PositionStore(planDelay: self.configuration.planDelay).change([earning], at: self.clock.now()))
        }
    }

    func setTerms(_ program: String, _ terms: ProgramTerms) {
        self.terms.withLock { $0[program] = terms }
    }

    func planner(makeReference: @escaping @Sendable (PositionKey) -> String = ReferenceNumber.random) -> IssuancePlanner
    {
        IssuancePlanner(
            pool: pool, configuration: configuration,
            destinations: { _, keys in keys.map { key in self.destinations.withLock { $0[key] } } },
            terms: termsLookup, makeReference: makeReference, now: clock.now, logger: Self.logger)
    }

    private var termsLookup: ProgramTermsLookup {
        { _, programs in self.terms.withLock { terms in terms.filter { programs.contains($0.key) } } }
    }

    /// Plans until nothing is due.
    func plan() async throws {
        let planner = planner()
        while try await planner.planDue().positionCount > 0 {}
    }

    func sender(_ cosmo: (any CosmoAPI)? = nil) -> IssuanceSender {
        IssuanceSender(
            pool: pool, cosmo: cosmo ?? self.cosmo, configuration: configuration, terms: termsLookup, now: clock.now,
            logger: Self.logger)
    }

    /// Sends until nothing is due and every call has ended.
    func send(_ cosmo: (any CosmoAPI)? = nil) async throws {
        let sender = sender(cosmo)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sender.run() }
            try await eventually("everything due is sent") {
                // Passed over, so they stay planned: what a position owes (I-7), and what is for a replaced account.
                let due = """
                    status = 'planned' and due_at <= $1 and (card_id, program_id, unit) not in (
                        select card_id, program_id, unit from positions where debt_micro > 0)
                    and not (reads = 0 and exists (
                        select from links l
                        where l.card_id = issuances.card_id and l.program_id = issuances.program_id
                            and l.account <> issuances.account))
                    """
                guard try await self.count(due, [.timestamptz(self.clock.now())]) == 0 else { return false }
                return sender.callsInFlight == 0
            }
            sender.stop()
            try await group.waitForAll()
        }
    }

    func resolver(_ cosmo: (any CosmoAPI)? = nil) -> IssuanceResolver {
        IssuanceResolver(
            pool: pool, cosmo: cosmo ?? self.cosmo, configuration: configuration, now: clock.now, logger: Self.logger)
    }

    /// Reads and settles until nothing is due.
    func resolve(_ cosmo: (any CosmoAPI)? = nil) async throws {
        let resolver = resolver(cosmo)
        while try await resolver.resolveDue() > 0 {}
    }

    func count(_ condition: String, _ parameters: [PostgresValue] = []) async throws -> Int64 {
        let row = try await pool.query("select count(*) as n from issuances where \(condition)", parameters).first
        return try row?.get("n") ?? -1
    }

    var reads: IssuanceReads { IssuanceReads(pool: pool) }

    var minimums: PositionMinimums {
        PositionMinimums(
            pool: pool, configuration: configuration,
            destinations: { _, keys in keys.map { key in self.destinations.withLock { $0[key] } } },
            terms: termsLookup)
    }

    /// The only issuance there is.
    func theIssuance(_ location: SourceLocation = #_sourceLocation) async throws -> IssuanceRecord {
        let issuances = try await reads.issuances().issuances
        #expect(issuances.count == 1, "one issuance was expected", sourceLocation: location)
        return try #require(issuances.first, sourceLocation: location)
    }
}
