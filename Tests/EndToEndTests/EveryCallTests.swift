import Access
import AllocationPlugins
import Foundation
import MultibrandAPI
import PluginRuntime
import PostgreSQL
import RPC
import SwiftProtobuf
import Testing

@testable import MultibrandRPC
@testable import MultibrandServer

extension EndToEnd {
    @Suite("Who may call what, and what is recorded")
    struct EveryCallTests {
        /// The routes as a door declares them that was made and never opened.
        static func routes() async throws -> [DoorRoute] {
            let settings = Stack.base(databaseURL: "postgresql://127.0.0.1:1/nothing", sandboxURL: "http://127.0.0.1:1")
            let reader = try await SettingsReader(file: nil, environment: [:], overrides: settings)
            let configuration = try await ServiceConfiguration(reader)
            let logger = Stack.quietLogger
            let parts = try ServiceParts(
                configuration: configuration, pool: PostgresPool(configuration: configuration.database, logger: logger),
                registry: try PluginRegistry(allocationPlugins),
                connections: try DoorConnections(configuration, descriptors: 4_096, logger: logger), logger: logger)
            do {
                let routes = try parts.door.routes(health: HealthService()).routes
                await parts.close()
                return routes
            } catch {
                await parts.close()
                throw error
            }
        }

        /// An empty message has the wire form of every message, and any answer can be read as one.
        private typealias Anything = Multibrand_V1_ListApiClientsRequest

        @Test("every method answers as its route says: no key, a wrong one, a revoked one, and each role")
        func roles() async throws {
            let routes = try await Self.routes()
            #expect(routes.count > 90)
            try await Stack.with { stack in
                let platform = try await Self.makeKey("platform", role: "platform", stack)
                let revoked = try await Self.makeKey("revoked", role: "operator", stack)
                try await stack.connected { client in
                    let _: Multibrand_V1_ApiClient = try await client.call(
                        "AdminService/RevokeApiClient",
                        Multibrand_V1_RevokeApiClientRequest.with { $0.clientID = "revoked" })
                }
                let wrong = "mbk_" + String(repeating: "0", count: 64)
                for key in [nil, wrong, "no key at all", revoked] {
                    try await stack.connected(key: key) { client in
                        for route in routes {
                            let code = try await Self.code(route, client)
                            #expect(code == .unauthenticated, "\(route.path) with \(key ?? "no key"): \(code)")
                        }
                    }
                }
                try await stack.connected(key: platform) { client in
                    for route in routes {
                        let code = try await Self.code(route, client)
                        #expect((code == .permissionDenied) == (route.role == .operator), "\(route.path): \(code)")
                        #expect(code != .unauthenticated, "\(route.path)")
                    }
                }
                try await stack.connected { client in
                    for route in routes {
                        let code = try await Self.code(route, client)
                        #expect(code != .permissionDenied && code != .unauthenticated, "\(route.path): \(code)")
                    }
                }
            }
        }

        @Test("the table in docs/access.md is the routes'")
        func documented() async throws {
            let table = try await Self.routes().sorted { $0.path < $1.path }.map { route in
                "| `\(route.path.dropFirst("/multibrand.v1.".count))` | "
                    + "\(route.role == .platform ? "platforms and operators" : "operators") | "
                    + "\(route.isRecorded ? "what an operator does" : "") |"
            }.joined(separator: "\n")
            let text = try String(contentsOfFile: ProjectFiles.root + "/docs/access.md", encoding: .utf8)
            #expect(text.contains(table), "the table is now:\n\(table)")
        }

        private static func makeKey(_ clientID: String, role: String, _ stack: Stack) async throws -> String {
            try await stack.connected { client in
                try await client.call(
                    "AdminService/CreateApiClient",
                    Multibrand_V1_CreateApiClientRequest.with {
                        $0.clientID = clientID
                        $0.role = role
                    }, answering: Multibrand_V1_CreateApiClientResponse.self
                ).key
            }
        }

        /// How a method answers an empty message.
        private static func code(_ route: DoorRoute, _ client: ServiceClient) async throws -> RPCStatusCode {
            do {
                let _: Anything = try await client.rpc.unary(route.path, Anything(), timeout: .seconds(60))
                return .ok
            } catch let error as RPCError {
                return error.code
            }
        }

        // MARK: The record

        /// Recorded methods that need a state which other tests make, and where these check the record.
        private static let checkedElsewhere: Set<String> = [
            "WriteOffDebt",  // DebtJourneyTests
            "ResolveHeldEvent",  // PreferenceTimesTests
            "RecordSpends",  // TenThousandPurchasesTests
            "RetryParkedLegs", "ReleaseHeld",  // FaultInjectionTests, HeldMoneyTests
            "GetCosmoTransaction",  // CosmoReadTests
            "RetryIssuance", "ResolveIssuance", "AdoptIssuance",  // OperatorTests, AdoptTests
        ]

        @Test("each write of an operator is recorded once, under its method's name and with its caller")
        func recorded() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.link("card", ["prg_sky": ["destinationUserId": "M-1"]], client)
                    let run = Recorder(stack: stack, client: client)
                    try await run.administration()
                    try await run.preferences()
                    try await run.spending()
                    try await run.recovery()
                    try await run.wallet()
                    let recorded = Set(
                        try await Self.routes().filter(\.isRecorded).compactMap { $0.path.split(separator: "/").last }
                            .map(String.init))
                    #expect(await run.done.union(Self.checkedElsewhere) == recorded)
                    #expect(await run.done.isDisjoint(with: Self.checkedElsewhere))
                }
            }
        }

        /// Carries methods out and looks at the record after each.
        private actor Recorder {
            let stack: Stack
            let client: ServiceClient
            private(set) var done: Set<String> = []

            init(stack: Stack, client: ServiceClient) {
                self.stack = stack
                self.client = client
            }

            private func act<Request: Message>(
                _ service: String, _ method: String, _ request: Request.Type, _ json: String
            ) async throws {
                let before = try await stack.pool.query("select 1 from operator_actions").count
                let _: Anything = try await client.call("\(service)/\(method)", try Request(jsonString: json))
                let rows = try await stack.pool.query(
                    "select client_id, action from operator_actions order by action_id offset \(before)")
                #expect(rows.count == 1, "\(method) left \(rows.count) entries")
                let row = try #require(rows.first)
                #expect(try row.get("action", as: String.self) == method)
                #expect(try row.get("client_id", as: String.self) == "configuration")
                done.insert(method)
            }

            private func one(_ sql: String) async throws -> String {
                try #require(try await stack.pool.query(sql).first).value()
            }

            func administration() async throws {
                let admin = "AdminService"
                try await act(admin, "RefreshPrograms", Multibrand_V1_RefreshProgramsRequest.self, "{}")
                try await act(
                    admin, "ConfigureProgram", Multibrand_V1_ConfigureProgramRequest.self,
                    #"{"programId":"prg_sky","plugin":"flat-rate","#
                        + #""configurationJson":"{\"pointsPerMajorUnit\":\"2\"}"}"#
                )
                for paused in [true, false] {
                    try await act(
                        admin, "PauseProgram", Multibrand_V1_PauseProgramRequest.self,
                        #"{"programId":"prg_sky","paused":\#(paused)}"#)
                }
                try await act(
                    admin, "CreateApiClient", Multibrand_V1_CreateApiClientRequest.self,
                    #"{"clientId":"shop","role":"platform"}"#)
                try await act(
                    admin, "RevokeApiClient", Multibrand_V1_RevokeApiClientRequest.self, #"{"clientId":"shop"}"#)
                try await act(
                    admin, "RebuildPreferences", Multibrand_V1_RebuildPreferencesRequest.self, #"{"cardId":"card"}"#)
                let inboxID = try await one("select min(inbox_id)::text from inbox")
                try await act(
                    admin, "GetInboxEntry", Multibrand_V1_GetInboxEntryRequest.self, #"{"inboxId":"\#(inboxID)"}"#)
                try await act(
                    admin, "ReplayInboxEntry", Multibrand_V1_ReplayInboxEntryRequest.self,
                    #"{"inboxId":"\#(inboxID)"}"#)
            }

            func spending() async throws {
                let spending = "SpendService"
                let amount = #""amount":{"currencyCode":"USD","minorUnits":"1000"}"#
                for spend in ["s1", "s2"] {
                    try await act(
                        spending, "RecordSpend", Multibrand_V1_RecordSpendRequest.self,
                        #"{"spend":{"spendId":"\#(spend)","cardId":"card",\#(amount)}}"#)
                }
                try await act(
                    spending, "RecordRefund", Multibrand_V1_RecordRefundRequest.self,
                    #"{"refundId":"r1","spendId":"s1","amount":{"currencyCode":"USD","minorUnits":"200"}}"#)
                try await act(
                    spending, "ReattributeRefund", Multibrand_V1_ReattributeRefundRequest.self,
                    #"{"refundId":"r1","targets":[{"spendId":"s2","amountMinor":"200"}],"reason":"the other one"}"#)
                try await act(spending, "UndoRefund", Multibrand_V1_UndoRefundRequest.self, #"{"refundId":"r1"}"#)
                try await act(
                    spending, "AuthorizeSpend", Multibrand_V1_AuthorizeSpendRequest.self,
                    #"{"authorizationId":"a1","cardId":"card",\#(amount)}"#)
                try await act(
                    spending, "ReverseAuthorization", Multibrand_V1_ReverseAuthorizationRequest.self,
                    #"{"authorizationId":"a1"}"#)
                // A repeated call changes nothing, and leaves no entry.
                let before = try await one("select count(*)::text from operator_actions")
                let again = #"{"spend":{"spendId":"s1","cardId":"card",\#(amount)}}"#
                let _: Anything = try await client.call(
                    "SpendService/RecordSpend", try Multibrand_V1_RecordSpendRequest(jsonString: again))
                #expect(try await one("select count(*)::text from operator_actions") == before)
            }

            func preferences() async throws {
                let preferences = "PreferenceService"
                try await act(
                    preferences, "RegisterCard", Multibrand_V1_RegisterCardRequest.self,
                    #"{"cardId":"other","userId":"user","currencyCode":"USD"}"#)
                try await act(
                    preferences, "LinkProgram", Multibrand_V1_LinkProgramRequest.self,
                    #"{"cardId":"other","programId":"prg_sky","requestId":"q1","#
                        + #""destinationAccount":{"userId":"M-2"}}"#)
                try await act(
                    preferences, "SetAllocation", Multibrand_V1_SetAllocationRequest.self,
                    #"{"cardId":"other","requestId":"q2","shares":[{"programId":"prg_sky","parts":3}]}"#)
                try await act(
                    preferences, "DelinkProgram", Multibrand_V1_DelinkProgramRequest.self,
                    #"{"cardId":"other","programId":"prg_sky","requestId":"q3"}"#)
            }

            func recovery() async throws {
                let issuance = "IssuanceService"
                try await act(
                    issuance, "ReconcileDay", Multibrand_V1_ReconcileDayRequest.self, #"{"day":"2026-01-05"}"#)
                let since = Date.now.addingTimeInterval(-600).formatted(.iso8601)
                try await act(
                    issuance, "BeginRecovery", Multibrand_V1_BeginRecoveryRequest.self,
                    #"{"since":"\#(since)","reason":"a restore"}"#)
                try await act(issuance, "CompareRecovery", Multibrand_V1_CompareRecoveryRequest.self, "{}")
                try await act(
                    issuance, "EndRecovery", Multibrand_V1_EndRecoveryRequest.self,
                    #"{"evidence":"seen","force":true}"#)
            }

            func wallet() async throws {
                let wallet = "WalletService"
                let live = #""environment":"WALLET_ENVIRONMENT_LIVE""#
                let member = #"\#(live),"externalUserId":"m""#
                try await act(wallet, "UpsertMember", Multibrand_V1_UpsertMemberRequest.self, "{\(member)}")
                try await act(
                    wallet, "Credit", Multibrand_V1_CreditRequest.self,
                    #"{\#(member),"amount":"500","idempotencyKey":"k1"}"#)
                let offer = #"\#(live),"offerId":"spa""#
                let details = ##""details":{"title":"Spa"}"##
                try await act(
                    wallet, "CreateOffer", Multibrand_V1_CreateOfferRequest.self,
                    #"{\#(offer),\#(details),"pointsPrice":"100"}"#)
                try await act(
                    wallet, "UpdateOffer", Multibrand_V1_UpdateOfferRequest.self, "{\(offer),\(details)}")
                try await act(
                    wallet, "PriceOffer", Multibrand_V1_PriceOfferRequest.self, #"{\#(offer),"pointsPrice":"120"}"#)
                try await act(
                    wallet, "Redeem", Multibrand_V1_RedeemRequest.self,
                    #"{\#(member),"offerId":"spa","idempotencyKey":"k2"}"#)
                for (number, end) in ["Capture", "Release"].enumerated() {
                    try await act(
                        wallet, "PlaceHold", Multibrand_V1_PlaceHoldRequest.self,
                        #"{\#(member),"amount":"20","idempotencyKey":"h\#(number)"}"#)
                    let hold = try await one("select hold_id from wallet_holds where status = 'HELD'")
                    let request = #"{\#(live),"holdId":"\#(hold)"}"#
                    if end == "Capture" {
                        try await act(wallet, "CaptureHold", Multibrand_V1_CaptureHoldRequest.self, request)
                    } else {
                        try await act(wallet, "ReleaseHold", Multibrand_V1_ReleaseHoldRequest.self, request)
                    }
                }
                let redemption = try await one("select redemption_id from wallet_redemptions")
                try await act(
                    wallet, "MoveRedemption", Multibrand_V1_MoveRedemptionRequest.self,
                    #"{\#(live),"redemptionId":"\#(redemption)","status":"REDEMPTION_STATUS_AWAITING_VENDOR"}"#)
                try await act(
                    wallet, "CancelRedemption", Multibrand_V1_CancelRedemptionRequest.self,
                    #"{\#(live),"redemptionId":"\#(redemption)"}"#)
                try await act(wallet, "ExpireOffer", Multibrand_V1_ExpireOfferRequest.self, "{\(offer)}")
                try await act(wallet, "RemoveMember", Multibrand_V1_RemoveMemberRequest.self, "{\(member)}")
                try await act(
                    wallet, "ExportLedger", Multibrand_V1_ExportLedgerRequest.self,
                    #"{"environment":"WALLET_ENVIRONMENT_SANDBOX"}"#)
                try await walletKeys(live)
            }

            private func walletKeys(_ live: String) async throws {
                let wallet = "WalletService"
                try await act(
                    wallet, "CreateOrgKey", Multibrand_V1_CreateOrgKeyRequest.self, #"{\#(live),"label":"shop"}"#)
                let key = try await one("select key_id from wallet_org_keys")
                try await act(
                    wallet, "RotateOrgKey", Multibrand_V1_RotateOrgKeyRequest.self, #"{\#(live),"keyId":"\#(key)"}"#)
                let next = try await one("select key_id from wallet_org_keys where key_id <> '\(key)'")
                try await act(
                    wallet, "RevokeOrgKey", Multibrand_V1_RevokeOrgKeyRequest.self, #"{\#(live),"keyId":"\#(next)"}"#)
                try await act(
                    wallet, "RegisterWebhook", Multibrand_V1_RegisterWebhookRequest.self,
                    #"{\#(live),"url":"https://hooks.example.com/w","events":["wallet.credited"]}"#)
                let webhook = try await one("select webhook_id from wallet_webhooks")
                try await act(
                    wallet, "DeleteWebhook", Multibrand_V1_DeleteWebhookRequest.self,
                    #"{\#(live),"webhookId":"\#(webhook)"}"#)
                try await act(
                    wallet, "TopUpPool", Multibrand_V1_TopUpPoolRequest.self,
                    #"{\#(live),"amount":"1000","reference":"invoice","idempotencyKey":"k3"}"#)
                try await act(
                    wallet, "SetPoolLowWaterMark", Multibrand_V1_SetPoolLowWaterMarkRequest.self,
                    #"{\#(live),"lowWaterMark":"10"}"#)
            }
        }
    }
}
