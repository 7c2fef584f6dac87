import MultibrandAPI
import MultibrandServer
import PostgreSQL
import RPC
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A purchase that is authorised, previewed and cleared")
    struct AuthorizedSpendTests {
        private static let settings = [
            Settings.Issuance.planDelay.key: "1h", Settings.Spending.lateClearingByCardProgram.key: "gold:latest",
        ]

        @Test("keeps the preference of its authorisation, and of its preview, through every door")
        func journey() async throws {
            try await Stack.with(Self.settings) { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    try await stack.link(
                        "card",
                        ["prg_sky": ["destinationUserId": "M-1"], "prg_stay": ["destinationUserId": "M-2"]], client)
                    let pinned = try await Self.authorize("a1", client)
                    #expect(pinned.status == .open && !pinned.replayed)
                    #expect(try await Self.authorize("a1", client).replayed)
                    let version = pinned.preferenceVersion
                    try await Self.setShares("more-sky", 3, client)
                    try await Self.clears(version, client)
                    try await Self.previews(client)
                    try await Self.comesLate(version, stack, client)
                    try await Self.refunds(client)
                }
            }
        }

        private static func clears(_ version: Int64, _ client: ServiceClient) async throws {
            #expect(try await client.record(spend("s1", 2_000, clearing: "a1")).preferenceVersion == version)
            #expect(try await client.record(spend("s2", 9_000, clearing: "a1")).preferenceVersion == version)
            #expect(try await client.record(spend("s3", 100)).preferenceVersion == version + 1)
            let authorization: Multibrand_V1_Authorization = try await client.call(
                "SpendService/GetAuthorization",
                Multibrand_V1_GetAuthorizationRequest.with { $0.authorizationID = "a1" }
            )
            #expect(authorization.clearedMinor == 11_000)
            let read = try await recorded("s2", client)
            #expect(read.attribution == .authorization && read.spend.authorizationID == "a1")
            #expect(try await recorded("s3", client).attribution == .latest)
            #expect(
                try await Refusal.of { try await client.record(spend("s4", 1, clearing: "a9")) }
                    == Refusal(.notFound, "UNKNOWN_AUTHORIZATION"))
            #expect(
                try await Refusal.of { try await authorize("a1", amount: 1, client) }
                    == Refusal(.alreadyExists, "AUTHORIZATION_CONFLICT"))
        }

        private static func previews(_ client: ServiceClient) async throws {
            let kept = try await preview(spend("s5", 777), client)
            let answer = try await record(spend("s5", 777), kept.previewToken, client)
            #expect(answer.decision == kept.decision && !answer.replayed)
            let overtaken = try await preview(spend("s6", 777), client)
            #expect(overtaken.attribution == .latest && overtaken.hasExpiresAt)
            try await setShares("less-sky", 2, client)
            #expect(
                try await Refusal.of { try await record(spend("s6", 777), overtaken.previewToken, client) }
                    == Refusal(.aborted, "PREVIEW_CHANGED"))
            #expect(
                try await Refusal.of { try await record(spend("s6", 778), overtaken.previewToken, client) }
                    == Refusal(.invalidArgument, "PREVIEW_OF_ANOTHER_SPEND"))
            #expect(
                try await Refusal.of { try await record(spend("s6", 777), "v1.nothing", client) }
                    == Refusal(.invalidArgument, "BAD_PREVIEW_TOKEN"))
        }

        private static func comesLate(_ version: Int64, _ stack: Stack, _ client: ServiceClient) async throws {
            let reversed: Multibrand_V1_Authorization = try await client.call(
                "SpendService/ReverseAuthorization",
                Multibrand_V1_ReverseAuthorizationRequest.with { $0.authorizationID = "a1" })
            #expect(reversed.status == .reversed && reversed.hasReversedAt)
            #expect(try await client.record(spend("s7", 50, clearing: "a1")).preferenceVersion == version)
            _ = try await stack.pool.query("update cards set card_program = 'gold' where card_id = 'card'")
            let latest = try await client.preferences("card").version
            #expect(try await client.record(spend("s8", 50, clearing: "a1")).preferenceVersion == latest)
            #expect(try await recorded("s8", client).attribution == .latest)
        }

        /// A refund that names an authorisation is held until that clears, and nothing else bears it.
        private static func refunds(_ client: ServiceClient) async throws {
            _ = try await authorize("hotel", client)
            let held = try await refund("r1", 2_000, clearing: "hotel", client)
            #expect(held.status == .held && held.reason == "REFUND_LINK_NOT_CLEARED" && held.parts.isEmpty)
            let mistyped = try await refund("r2", 2_000, clearing: "hotle", client)
            #expect(mistyped.status == .held && mistyped.reason == "REFUND_LINK_UNKNOWN")
            _ = try await client.record(spend("s9", 3_000, clearing: "hotel"))
            var taken = held
            try await eventually("the refund is taken") {
                taken = try await client.call(
                    "SpendService/GetRefund", Multibrand_V1_GetRefundRequest.with { $0.refundID = "r1" })
                return taken.status != .held
            }
            #expect(taken.status == .applied && taken.rule == "EXACT_LINK")
            #expect(taken.parts.map(\.spendID) == ["s9"])
        }

        private static func refund(
            _ refundID: String, _ minorUnits: Int64, clearing authorizationID: String, _ client: ServiceClient
        ) async throws -> Multibrand_V1_Refund {
            let answer: Multibrand_V1_RecordRefundResponse = try await client.call(
                "SpendService/RecordRefund",
                Multibrand_V1_RecordRefundRequest.with {
                    $0.refundID = refundID
                    $0.cardID = "card"
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = minorUnits
                    $0.authorizationID = authorizationID
                })
            return answer.refund
        }

        private static func spend(
            _ spendID: String, _ minorUnits: Int64, clearing authorizationID: String = ""
        ) -> Multibrand_V1_Spend {
            .with {
                $0.spendID = spendID
                $0.cardID = "card"
                $0.amount.currencyCode = "USD"
                $0.amount.minorUnits = minorUnits
                $0.authorizationID = authorizationID
            }
        }

        private static func authorize(
            _ authorizationID: String, amount: Int64 = 5_000, _ client: ServiceClient
        ) async throws -> Multibrand_V1_Authorization {
            try await client.call(
                "SpendService/AuthorizeSpend",
                Multibrand_V1_AuthorizeSpendRequest.with {
                    $0.authorizationID = authorizationID
                    $0.cardID = "card"
                    $0.amount.currencyCode = "USD"
                    $0.amount.minorUnits = amount
                })
        }

        private static func preview(
            _ spend: Multibrand_V1_Spend, _ client: ServiceClient
        ) async throws -> Multibrand_V1_PreviewSpendResponse {
            try await client.call(
                "SpendService/PreviewSpend", Multibrand_V1_PreviewSpendRequest.with { $0.spend = spend })
        }

        private static func record(
            _ spend: Multibrand_V1_Spend, _ token: String, _ client: ServiceClient
        ) async throws -> Multibrand_V1_RecordSpendResponse {
            try await client.call(
                "SpendService/RecordSpend",
                Multibrand_V1_RecordSpendRequest.with {
                    $0.spend = spend
                    $0.previewToken = token
                })
        }

        private static func recorded(
            _ spendID: String, _ client: ServiceClient
        ) async throws -> Multibrand_V1_RecordedSpend {
            try await client.call("SpendService/GetSpend", Multibrand_V1_GetSpendRequest.with { $0.spendID = spendID })
        }

        private static func setShares(_ requestID: String, _ parts: Int32, _ client: ServiceClient) async throws {
            let _: Multibrand_V1_Preferences = try await client.call(
                "PreferenceService/SetAllocation",
                Multibrand_V1_SetAllocationRequest.with {
                    $0.cardID = "card"
                    $0.requestID = requestID
                    $0.shares = [("prg_sky", parts), ("prg_stay", 1)].map { programID, parts in
                        Multibrand_V1_Share.with {
                            $0.programID = programID
                            $0.parts = parts
                        }
                    }
                })
        }
    }
}
