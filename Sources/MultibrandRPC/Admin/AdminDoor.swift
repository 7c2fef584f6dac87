import Access
import Inbox
import Issuance
import MultibrandAPI
import Preferences
import Programs
import RPC
import Rewards
import Spending
import SwiftProtobuf

/// `multibrand.v1.AdminService`: proto/multibrand/v1/admin.proto says what each call does.
struct AdminDoor: Sendable {
    let listCards: ListCards
    let catalogue: ProgramCatalogue
    let refreshPrograms: RefreshPrograms
    let configureProgram: ConfigureProgram
    let pauseProgram: PauseProgram
    let listConfigurations: ListProgramConfigurations
    let retryParkedLegs: RetryParkedLegs
    let heldMoney: HeldMoney
    let releaseHeld: ReleaseHeld
    let inbox: Inbox
    let listInbox: ListInbox
    let resolveHeldEvent: ResolveHeldEvent
    let rebuildPreferences: RebuildPreferences
    let clients: APIClients
    let actions: OperatorActions
    let listCosmoCalls: ListCosmoCalls
    let overview: @Sendable () async throws -> ServiceOverview

    func register(in routes: inout DoorRoutes) {
        routes.service = "multibrand.v1.AdminService"
        registerPrograms(in: &routes)
        registerHeld(in: &routes)
        registerInbox(in: &routes)
        registerPreferences(in: &routes)
        registerClients(in: &routes)
        registerRecords(in: &routes)
    }

    private func registerRecords(in routes: inout DoorRoutes) {
        routes.unary("ListCards", .operator) { (request: Multibrand_V1_ListCardsRequest, _) in
            let page = try await listCards(pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListCardsResponse.with {
                $0.cards = page.cards.map { Multibrand_V1_Card($0) }
                $0.nextPageToken = page.nextPageToken
            }
        }
        routes.unary("ListCosmoCalls", .operator) { (request: Multibrand_V1_ListCosmoCallsRequest, _) in
            let page = try await listCosmoCalls(
                referenceNumber: request.referenceNumber.nonEmpty, pageSize: Int(request.pageSize),
                pageToken: request.pageToken)
            return Multibrand_V1_ListCosmoCallsResponse.with {
                $0.calls = page.calls.map(Multibrand_V1_CosmoCall.init)
                $0.nextPageToken = page.nextPageToken ?? ""
            }
        }
        routes.unary("ListOperatorActions", .operator) { (request: Multibrand_V1_ListOperatorActionsRequest, _) in
            let page = try await actions.list(pageSize: Int(request.pageSize), pageToken: request.pageToken)
            return Multibrand_V1_ListOperatorActionsResponse.with {
                $0.actions = page.actions.map(Multibrand_V1_OperatorAction.init)
                $0.nextPageToken = page.nextPageToken
            }
        }
        routes.unary("GetOverview", .operator) { (_: Multibrand_V1_GetOverviewRequest, _) in
            Multibrand_V1_Overview(try await overview())
        }
    }
}

extension Multibrand_V1_CosmoCall {
    init(_ call: CosmoCallView) {
        self.init()
        callID = call.callID
        self.call = call.call
        programID = call.programID ?? ""
        referenceNumber = call.referenceNumber ?? ""
        requestJson = call.requestJSON
        responseStatus = Int32(clamping: call.responseStatus ?? 0)
        responseJson = call.responseJSON ?? ""
        outcome = call.outcome
        durationMicros = call.durationMicroseconds
        calledAt = .init(call.calledAt)
    }
}

extension Multibrand_V1_OperatorAction {
    init(_ action: OperatorAction) {
        self.init()
        actionID = action.actionID
        clientID = action.clientID
        self.action = action.action
        subject = action.subject
        detailJson = action.detailJSON
        actedAt = .init(action.actedAt)
    }
}

extension AdminDoor {
    /// Who may call.
    func registerClients(in routes: inout DoorRoutes) {
        routes.unary("CreateApiClient", .operator, audits: { AuditedPart($0.clientID, ["role": $0.role]) }) {
            (request: Multibrand_V1_CreateApiClientRequest, _, audit) in
            let created = try await clients.create(clientID: request.clientID, role: request.role, audit: audit)
            return Multibrand_V1_CreateApiClientResponse.with {
                $0.client = Multibrand_V1_ApiClient(created.client)
                $0.key = created.key.text
            }
        }
        routes.unary("ListApiClients", .operator) { (_: Multibrand_V1_ListApiClientsRequest, _) in
            let all = try await clients.list()
            return Multibrand_V1_ListApiClientsResponse.with { $0.clients = all.map(Multibrand_V1_ApiClient.init) }
        }
        routes.unary("RevokeApiClient", .operator, audits: { AuditedPart($0.clientID) }) {
            (request: Multibrand_V1_RevokeApiClientRequest, _, audit) in
            Multibrand_V1_ApiClient(try await clients.revoke(clientID: request.clientID, audit: audit))
        }
    }
}

extension Multibrand_V1_ApiClient {
    init(_ client: APIClient) {
        self.init()
        clientID = client.clientID
        role = client.role.rawValue
        createdAt = .init(client.createdAt)
        if let revoked = client.revokedAt { revokedAt = .init(revoked) }
    }
}

extension AdminDoor {
    /// Preferences derived again from their sources.
    func registerPreferences(in routes: inout DoorRoutes) {
        routes.unary(
            "RebuildPreferences", .operator,
            audits: { AuditedPart($0.cardID.isEmpty ? "preferences" : $0.cardID, ["dry_run": "\($0.dryRun)"]) }
        ) { (request: Multibrand_V1_RebuildPreferencesRequest, context, audit) in
            let page = try await rebuildPreferences(
                cardID: request.cardID, dryRun: request.dryRun, pageSize: Int(request.pageSize),
                pageToken: request.pageToken, by: context.caller.clientID, audit: audit)
            return Multibrand_V1_RebuildPreferencesResponse.with {
                $0.cardsChecked = Int64(page.cardsChecked)
                $0.differences = page.differences.map(Multibrand_V1_RebuiltPreference.init)
                $0.nextPageToken = page.nextPageToken
            }
        }
    }
}

extension Multibrand_V1_RebuiltPreference {
    init(_ difference: RebuildPreferences.Difference) {
        self.init()
        cardID = difference.cardID
        storedWeights = difference.storedWeights
        derivedWeights = difference.derivedWeights
        self.difference = difference.description
    }
}
