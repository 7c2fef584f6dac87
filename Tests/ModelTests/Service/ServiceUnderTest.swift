import AllocationPlugins
import Cosmo
import Inbox
import Issuance
import Logging
import PluginRuntime
import PostgreSQL
import PostgreSQLCluster
import Preferences
import Programs
import Rewards
import Spending
import Synchronization
import Wiring

/// The rooms of the business over one fresh database, wired as the service wires them, on a virtual clock.
struct ServiceUnderTest: Sendable {
    let pool: PostgresPool
    let clock: VirtualClock
    let cosmo: BookedCosmo
    let catalogue: ProgramCatalogue
    let configureProgram: ConfigureProgram
    let pause: PauseProgram
    let registerCard: RegisterCard
    let setAllocation: SetAllocation
    let linkChecker: LinkChecker
    let inbox: Inbox
    let inboxWorker: InboxWorker
    let recordSpend: RecordSpend
    let authorizeSpend: AuthorizeSpend
    let reverseAuthorization: ReverseAuthorization
    let recordRefund: RecordRefund
    let undoRefund: UndoRefund
    let reattributeRefund: ReattributeRefund
    let refundWorker: RefundWorker
    let retryParkedLegs: RetryParkedLegs
    let planner: IssuancePlanner
    let resolver: IssuanceResolver
    let resolveIssuance: ResolveIssuance
    let retryIssuance: RetryIssuance
    let writeOffDebt: WriteOffDebt
    let issuance: IssuanceConfiguration
    let previewSpend: PreviewSpend
    /// How refunds that name no spend find theirs; not the same in every history.
    let refundPolicy: AttributionPolicy
    /// Where what no linked program takes goes; in a third of the histories to a program of the service.
    let fallback: FallbackPolicy
    /// The same configuration as that of spends, for what releases what they held.
    let releasing: SpendingConfiguration
    let preferences: PreferencesContext
    let reconcileDay: ReconcileDay
    /// The same as the service's, on the virtual clock.
    let wiring: RoomWiring

    static let retrySeconds: Int64 = 600
    static let heldWaitSeconds: Int64 = 7_200
    static let lateClearing = LateClearing(byCardProgram: ["gold": .clearing, "basic": .latest])
    static let settleSeconds: Int64 = 60
    static let previewSeconds: Int64 = 600
    static let reconcileAfterSeconds: Int64 = 10_800
    /// 20 February, so that a few jumps of the clock reach other months; in days since 1970.
    static let firstDay: Int64 = 20_504
    static let logger = {
        var logger = Logger(label: "multibrand.model")
        logger.logLevel = .critical
        return logger
    }()

    /// Lends a service in which nothing has happened yet to `body`, with what must run running.
    static func with<T: Sendable>(
        seed: UInt64, mishapPercent: Int, _ body: (ServiceUnderTest) async throws -> T
    ) async throws -> T {
        try await TestDatabase.withDatabase(poolSizeMax: 3) { pool, _ in
            let service = try ServiceUnderTest(seed: seed, mishapPercent: mishapPercent, pool: pool)
            _ = try await RefreshPrograms(
                pool: pool, cosmo: service.cosmo, logger: logger, now: service.clock.now)()
            try await service.catalogue.reload()
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await service.recordSpend.run() }
                group.addTask { await service.inbox.run() }
                do {
                    let value = try await body(service)
                    service.recordSpend.shutDown()
                    group.cancelAll()
                    return value
                } catch {
                    service.recordSpend.shutDown()
                    group.cancelAll()
                    throw error
                }
            }
        }
    }

    private init(seed: UInt64, mishapPercent: Int, pool: PostgresPool) throws {
        let logger = Self.logger
        let clock = VirtualClock(startMicros: Self.firstDay * 86_400_000_000)
        let now = clock.now
        let cosmo = try BookedCosmo(
            seed: seed, clock: clock, pool: pool, programs: Catalogue.programs,
            lateMicros: Self.settleSeconds * 500_000, mishapPercent: mishapPercent)
        let catalogue = ProgramCatalogue(
            pool: pool, registry: try PluginRegistry(allocationPlugins + [GenerousPlugin.self]), logger: logger)
        let wiring = RoomWiring(pool: pool, catalogue: catalogue, now: now)
        let preferences = wiring.preferences(
            retryRule: RetryRule(window: .seconds(Self.retrySeconds), heldWait: .seconds(Self.heldWaitSeconds)))
        var issuance = IssuanceConfiguration()
        issuance.settlement.settleDelay = .seconds(Self.settleSeconds)
        issuance.settlement.sendsMax = 4
        // Pauses shorter than any step of the clock: what is due follows from the history and not from jitter.
        issuance.backoffMin = .milliseconds(1)
        issuance.backoffMax = .milliseconds(10)
        issuance.readDelayMin = .milliseconds(1)
        issuance.readDelayMax = .milliseconds(10)
        issuance.settlement.confirmDelay = .seconds(30)
        issuance.reconcileAfter = .seconds(Self.reconcileAfterSeconds)
        issuance.reconciliationSlice = .seconds(21_600)
        let confirm = ConfirmTransaction(pool: pool, cosmo: cosmo, configuration: issuance, now: now)
        let inbox = Inbox(pool: pool, now: now)
        let references = Mutex(0)

        self.pool = pool
        self.clock = clock
        self.cosmo = cosmo
        self.catalogue = catalogue
        self.issuance = issuance
        self.preferences = preferences
        self.wiring = wiring
        refundPolicy = Self.refundPolicies[Int(seed % UInt64(Self.refundPolicies.count))]
        fallback = Self.fallback(seed)
        reconcileDay = ReconcileDay(pool: pool, cosmo: cosmo, configuration: issuance, now: now, logger: logger)
        self.inbox = inbox
        configureProgram = ConfigureProgram(pool: pool, catalogue: catalogue, now: now)
        pause = PauseProgram(pool: pool, catalogue: catalogue, effects: wiring.programsEffects, now: now)
        registerCard = RegisterCard(context: preferences)
        setAllocation = SetAllocation(context: preferences)
        linkChecker = LinkChecker(
            context: preferences, cosmo: cosmo,
            configuration: .init(backoffMin: .milliseconds(1), backoffMax: .milliseconds(10)), logger: logger,
            random: { $0.lowerBound })
        inboxWorker = InboxWorker(
            inbox: inbox, pool: pool,
            handlers: [
                .programConnection: ApplyConnectionEvent(context: preferences, paths: Self.paths),
                .transaction: confirm,
            ],
            logger: logger, now: now, random: { $0.lowerBound })
        let releasing = Self.releasing(seed)
        let spending = SpendingConfiguration(
            fallback: fallback, lateClearing: Self.lateClearing, previewLifetime: .seconds(Self.previewSeconds),
            refundAttribution: refundPolicy, releasesHeldByItself: releasing.releasesHeldByItself,
            heldLifetime: releasing.heldLifetime)
        self.releasing = spending
        previewSpend = wiring.previewSpend(spending)
        recordSpend = wiring.recordSpend(spending, logger: logger)
        let refunds = wiring.refunds(spending, logger: logger)
        recordRefund = refunds.record
        undoRefund = refunds.undo
        reattributeRefund = refunds.reattribute
        refundWorker = refunds.worker
        authorizeSpend = AuthorizeSpend(pool: pool, configuration: spending, now: now)
        reverseAuthorization = ReverseAuthorization(pool: pool, configuration: spending, now: now)
        retryParkedLegs = wiring.retryParkedLegs(spending)
        planner = IssuancePlanner(
            pool: pool, configuration: issuance, destinations: RoomWiring.destinations, terms: wiring.terms,
            makeReference: { key in
                let number = references.withLock { count in
                    count += 1
                    return count
                }
                return ReferenceNumber.make(for: key, salt: Self.salt(seed, number))
            }, now: now, logger: logger)
        resolver = IssuanceResolver(pool: pool, cosmo: cosmo, configuration: issuance, now: now, logger: logger)
        resolveIssuance = ResolveIssuance(pool: pool, configuration: issuance, now: now)
        retryIssuance = RetryIssuance(pool: pool, now: now)
        writeOffDebt = WriteOffDebt(pool: pool, configuration: issuance, now: now)
    }

    /// The random bytes of a reference number, the same in every run of a history.
    private static func salt(_ seed: UInt64, _ number: Int) -> [UInt8] {
        var random = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(number))
        return (0..<16).map { _ in UInt8(random.number(0...255)) }
    }

    /// Lets a sender take what is due once, and waits until every call has ended and its outcome is on disk.
    func send() async throws {
        let stop = Mutex<(@Sendable () -> Void)?>(nil)
        let now = clock.now
        let sender = IssuanceSender(
            pool: pool, cosmo: cosmo, configuration: issuance, terms: wiring.terms,
            now: {
                // The first thing a claim does is to look at the clock: the claim goes on, and none follows it.
                stop.withLock { $0?() }
                return now()
            }, logger: Self.logger)
        stop.withLock { $0 = { sender.stop() } }
        try await sender.run()
        stop.withLock { $0 = nil }
    }

    /// One own program has no plugin at first, the other counts the month and refuses beyond its cap; both may be
    /// linked too.
    private static func fallback(_ seed: UInt64) -> FallbackPolicy {
        switch seed % 6 {
        case 1: FallbackPolicy(noLinks: .wallet, refused: .wallet, ownProgramID: Catalogue.late)
        case 4: FallbackPolicy(noLinks: .wallet, refused: .wallet, ownProgramID: Catalogue.tiers)
        case 2, 3: FallbackPolicy(noLinks: .hold, refused: .hold)
        default: .standard
        }
    }
}
