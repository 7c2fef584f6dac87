import Access
import Cosmo
import Inbox
import Issuance
import Logging
import MultibrandRPC
import PluginRuntime
import PostgreSQL
import Preferences
import Programs
import Rewards
import Spending
import Waiting
import Wallet
import Wiring

/// The rooms, made from the configuration, with the workers that run them in their start order.
struct ServiceParts: Sendable {
    let workers: [Worker]
    let inbox: Inbox
    let door: MultibrandDoor
    let gauges: ServiceGauges
    let readiness: ServiceReadiness
    let wallet: WalletParts
    private let cosmo: CosmoClient
    private let catalogue: ProgramCatalogue
    private let ownProgram: OwnProgramCheck

    init(
        configuration: ServiceConfiguration, pool: PostgresPool, registry: PluginRegistry, connections: DoorConnections,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) throws {
        let calls = CosmoCallWriter(pool: pool, logger: logger)
        let cosmo = try CosmoClient(configuration: configuration.cosmo, logger: logger) { await calls.record($0) }
        self.cosmo = cosmo
        let notices = PostgresNotices(pool: pool, logger: logger)
        let catalogue = ProgramCatalogue(pool: pool, registry: registry, notices: notices, logger: logger)
        self.catalogue = catalogue
        ownProgram = OwnProgramCheck(fallback: configuration.spending.fallback)
        let wiring = RoomWiring(
            pool: pool, catalogue: catalogue, planDelay: configuration.issuance.planDelay, now: now)
        let refresh = RefreshPrograms(
            pool: pool, cosmo: cosmo, effects: wiring.programsEffects, logger: logger, now: now)

        wallet = WalletParts(configuration.wallet, pool: pool, gate: connections.wallet, now: now, logger: logger)
        let issuance = configuration.issuance
        let sender = IssuanceSender(
            pool: pool, cosmo: cosmo, configuration: issuance, terms: wiring.terms, now: now, logger: logger)
        let planner = IssuancePlanner(
            pool: pool, configuration: issuance, destinations: RoomWiring.destinations, terms: wiring.terms,
            payout: RoomWiring.walletPayout(wallet.context, environment: configuration.walletEnvironment),
            positionsDue: wiring.positionsDue, now: now, onPlanned: { sender.wake() }, logger: logger)
        let resolver = IssuanceResolver(
            pool: pool, cosmo: cosmo, configuration: issuance, now: now, onPlanned: { sender.wake() }, logger: logger)
        let reconcile = ReconcileDay(pool: pool, cosmo: cosmo, configuration: issuance, now: now, logger: logger)
        let adopt = AdoptIssuance(
            pool: pool, cosmo: cosmo, configuration: issuance, cards: RoomWiring.cards, now: now,
            onAdopted: { planner.wake() })
        let recovery = RecoveryWorker(
            pool: pool, cosmo: cosmo, configuration: issuance, cards: RoomWiring.cards, adopt: adopt,
            now: now, onEnded: { sender.wake() }, logger: logger)
        let recoveryDesk = RecoveryDesk(
            pool: pool, configuration: issuance, now: now,
            onChanged: {
                recovery.wake()
                sender.wake()
            }, logger: logger)
        let confirm = ConfirmTransaction(pool: pool, cosmo: cosmo, configuration: issuance, now: now)

        let held = HeldCards()
        let releases = wiring.releases(configuration.spending, held: held, logger: logger)
        let releaseWorker = releases.worker
        let reader = PreferencesReader(pool: pool, notices: notices, onChange: { held.add($0) })
        let linksChanged = Signal()
        let preferences = wiring.preferences(
            retryRule: configuration.workers.retryRule,
            onChanged: {
                reader.invalidate($0)
                linksChanged.raise()
                planner.wake()
            })
        let heldLinks = ReviewHeldLinks(context: preferences, logger: logger)
        let linkChecker = LinkChecker(
            context: preferences, cosmo: cosmo, signal: linksChanged,
            configuration: LinkChecker.Configuration(concurrency: configuration.workers.linkCheckers), logger: logger)

        let refunds = wiring.refunds(configuration.spending, logger: logger)
        let refundWorker = refunds.worker
        let recordSpend = wiring.recordSpend(configuration.spending, held: held, logger: logger)

        let inbox = Inbox(pool: pool, now: now, logger: logger)
        let inboxWorker = InboxWorker(
            inbox: inbox, pool: pool,
            handlers: [
                .programConnection: ApplyConnectionEvent(
                    context: preferences, paths: configuration.webhookPaths, linksChanged: linksChanged),
                .transaction: confirm,
            ],
            configuration: InboxWorker.Configuration(concurrency: configuration.workers.inbox), logger: logger,
            now: now)

        let authenticator = Authenticator(pool: pool, notices: notices, logger: logger)
        notices.share("inbox", isBehind: { inboxWorker.isBehind }, wake: { inboxWorker.wake() })
        notices.share("links", isBehind: { linkChecker.isBehind }, wake: { linkChecker.wake() })
        notices.share("planner", isBehind: { planner.isBehind }, wake: { planner.wake() })
        notices.share("sender", isBehind: { sender.isBehind }, wake: { sender.wake() })
        let gauges = ServiceGauges(
            pool: pool, inbox: inbox, recordSpend: recordSpend, linkChecker: linkChecker,
            heldLinks: CountHeldLinks(pool: pool), sender: sender, wallet: wallet.context, gates: connections.gates,
            cosmo: cosmo.health)
        let books = BooksSample(pool: pool, configuration: configuration.booksSampling, logger: logger)
        let readiness = ServiceReadiness(pool: pool, books: books)
        let rooms = MultibrandRooms(
            pool: pool, preferences: preferences, preferencesReader: reader,
            rebuildPreferences: wiring.rebuildPreferences(preferences, paths: configuration.webhookPaths),
            catalogue: catalogue,
            programsEffects: wiring.programsEffects, refreshPrograms: refresh, cosmo: cosmo, recordSpend: recordSpend,
            previewSpend: wiring.previewSpend(configuration.spending),
            refunds: RefundCalls(
                record: refunds.record, undo: refunds.undo, reattribute: refunds.reattribute, pool: pool),
            retryParkedLegs: wiring.retryParkedLegs(configuration.spending),
            releaseHeld: releases.call,
            positionMinimums: PositionMinimums(
                pool: pool, configuration: issuance, destinations: RoomWiring.destinations, terms: wiring.terms),
            retryIssuance: RetryIssuance(pool: pool, now: now, onPlannable: { planner.wake() }),
            resolveIssuance: ResolveIssuance(pool: pool, configuration: issuance, now: now),
            writeOffDebt: WriteOffDebt(pool: pool, configuration: issuance, now: now, onPlannable: { planner.wake() }),
            reconcileDay: reconcile, recoveryDesk: recoveryDesk, adoptIssuance: adopt, inbox: inbox,
            wallet: wallet.context, authenticator: authenticator,
            now: now, overview: { try await gauges.overview() })

        self.inbox = inbox
        self.gauges = gauges
        self.readiness = readiness
        door = MultibrandDoor(
            rooms: rooms, requiresKeys: configuration.requiresKeys, operatorKey: configuration.operatorKey,
            logger: logger)
        workers =
            [
                Worker("database", logger: logger) { try await pool.run() },
                Worker("audit of calls", logger: logger) { try await calls.run() },
                Worker("programs", logger: logger) { try await catalogue.run() },
                Worker("catalogue", logger: logger) {
                    try await CatalogueWorker(
                        refresh: refresh, catalogue: catalogue, interval: configuration.workers.catalogueEvery,
                        logger: logger
                    ).run()
                },
                Worker("notices", logger: logger) { try await notices.run() },
                Worker("api clients", logger: logger) { try await authenticator.run() },
                Worker("sample of the books", logger: logger) { try await books.run() },
                Worker("reconciliation", logger: logger) {
                    try await ReconciliationWorker(
                        pool: pool, reconcile: reconcile, configuration: issuance, now: now, logger: logger
                    ).run()
                },
                Worker("recovery", logger: logger) { try await recovery.run() },
                Worker("resolver", logger: logger) { try await resolver.run() },
                Worker("sender", stop: .asked { sender.stop() }, logger: logger) { try await sender.run() },
                Worker("planner", logger: logger) { try await planner.run() },
                Worker("link checker", logger: logger) { try await linkChecker.run() },
                Worker("held links", logger: logger) { try await heldLinks.run() },
                Worker("inbox worker", logger: logger) { try await inboxWorker.run() },
                Worker("inbox", stop: .asked { inbox.shutDown() }, logger: logger) { await inbox.run() },
                Worker("refunds", logger: logger) { await refundWorker.run() },
                Worker("releases", logger: logger) { await releaseWorker.run() },
                Worker("spends", stop: .asked { recordSpend.shutDown() }, logger: logger) { await recordSpend.run() },
            ] + wallet.workers
    }

    /// Makes sure that the fallback leads to a program, before any part runs.
    ///
    /// **Errors** ``ConfigurationError``; the database's.
    func checkOwnProgram(_ database: PostgresConfiguration, logger: Logger) async throws {
        guard let programID = ownProgram.fallback.ownProgramID else { return }
        try await PostgresConnection.withDedicated(database, logger: logger) { connection in
            try ownProgram(try await catalogue.programs([programID], on: connection)[programID])
        }
    }

    /// Reads programs and plugins from the database, for the doors to open on.
    func loadCatalogue() async throws { try await catalogue.reload() }

    /// Closes what outlives the workers.
    func close() async { await cosmo.shutdown() }
}
