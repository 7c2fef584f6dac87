import Access
import Explanation
import Foundation
import Inbox
import Issuance
package import Logging
import Metrics
import MultibrandAPI
import Preferences
import Programs
package import RPC
import Spending
import SwiftProtobuf

/// The gRPC door: every service of proto/, with keys, metrics, health and reflection.
package struct MultibrandDoor: Sendable {
    private let rooms: MultibrandRooms
    private let requiresKeys: Bool
    private let operatorKey: String?
    private let logger: Logger

    /// - Parameters:
    ///   - requiresKeys: Whether callers must show an API client's key.
    ///   - operatorKey: A key from the configuration that has the operator role, if there is one.
    package init(rooms: MultibrandRooms, requiresKeys: Bool, operatorKey: String?, logger: Logger) {
        self.rooms = rooms
        self.requiresKeys = requiresKeys
        self.operatorKey = operatorKey
        self.logger = logger
    }

    /// The methods to serve.
    ///
    /// - Parameter health: What clients and balancers see; composition sets it.
    /// **Errors** A method of the API without a route, or without a role.
    package func router(health: HealthService) throws -> RPCRouter {
        var router = try routes(health: health).router
        // Last: it lists what the router serves by then.
        router.add(try ReflectionService(descriptorSet: MultibrandDescriptors.bytes))
        return router
    }

    /// Every method of the API, with who may call it and whether it is recorded.
    func routes(health: HealthService) throws -> DoorRoutes {
        let refusals = Refusals(logger: logger)
        let authorization = Authorization(
            authenticator: requiresKeys ? rooms.authenticator : nil, operatorKey: operatorKey)
        var base = RPCRouter()
        base.observe(CallMetrics().record)
        base.add(health)
        var routes = DoorRoutes(router: base, refusals: refusals, authorization: authorization)
        preferenceDoor.register(in: &routes)
        spendDoor(refusals).register(in: &routes)
        issuanceDoor.register(in: &routes)
        adminDoor.register(in: &routes)
        WalletDoor(wallet: rooms.wallet, actions: OperatorActions(pool: rooms.pool), now: rooms.now)
            .register(in: &routes)
        try routes.check(against: Google_Protobuf_FileDescriptorSet(serializedBytes: MultibrandDescriptors.bytes))
        return routes
    }

    private var preferenceDoor: PreferenceDoor {
        let context = rooms.preferences
        return PreferenceDoor(
            registerCard: RegisterCard(context: context), reader: rooms.preferencesReader,
            preferencesAsOf: GetPreferencesAsOf(context: context),
            setAllocation: SetAllocation(context: context), linkProgram: LinkProgram(context: context),
            delinkProgram: DelinkProgram(context: context), listChanges: ListPreferenceChanges(context: context),
            createWidgetSession: CreateWidgetSession(context: context, cosmo: rooms.cosmo),
            programs: ProgramDoor(catalogue: rooms.catalogue, cosmo: rooms.cosmo))
    }

    private func spendDoor(_ refusals: Refusals) -> SpendDoor {
        SpendDoor(
            recordSpend: rooms.recordSpend, getSpend: GetSpend(pool: rooms.pool),
            listSpends: ListSpends(pool: rooms.pool), previewSpend: rooms.previewSpend,
            authorizeSpend: AuthorizeSpend(
                pool: rooms.pool, configuration: rooms.recordSpend.configuration, now: rooms.now),
            reverseAuthorization: ReverseAuthorization(
                pool: rooms.pool, configuration: rooms.recordSpend.configuration, now: rooms.now),
            getAuthorization: GetAuthorization(pool: rooms.pool), refunds: rooms.refunds,
            explainSpend: ExplainSpend(pool: rooms.pool, wallet: rooms.wallet),
            refusals: refusals)
    }

    private var issuanceDoor: IssuanceDoor {
        IssuanceDoor(
            reads: IssuanceReads(pool: rooms.pool), minimums: rooms.positionMinimums,
            retryIssuance: rooms.retryIssuance,
            resolveIssuance: rooms.resolveIssuance, writeOffDebt: rooms.writeOffDebt,
            reconcileDay: rooms.reconcileDay, recoveryDesk: rooms.recoveryDesk, adoptIssuance: rooms.adoptIssuance,
            readTransaction: ReadCosmoTransaction(pool: rooms.pool, cosmo: rooms.cosmo))
    }

    private var adminDoor: AdminDoor {
        let pool = rooms.pool
        return AdminDoor(
            listCards: ListCards(context: rooms.preferences), catalogue: rooms.catalogue,
            refreshPrograms: rooms.refreshPrograms,
            configureProgram: ConfigureProgram(pool: pool, catalogue: rooms.catalogue, now: rooms.now),
            pauseProgram: PauseProgram(
                pool: pool, catalogue: rooms.catalogue, effects: rooms.programsEffects, now: rooms.now),
            listConfigurations: ListProgramConfigurations(pool: pool), retryParkedLegs: rooms.retryParkedLegs,
            heldMoney: HeldMoney(pool: pool), releaseHeld: rooms.releaseHeld,
            inbox: rooms.inbox, listInbox: ListInbox(pool: pool),
            resolveHeldEvent: ResolveHeldEvent(context: rooms.preferences),
            rebuildPreferences: rooms.rebuildPreferences,
            clients: APIClients(pool: pool, authenticator: rooms.authenticator), actions: OperatorActions(pool: pool),
            listCosmoCalls: ListCosmoCalls(pool: pool), overview: rooms.overview)
    }
}
