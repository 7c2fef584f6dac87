import MultibrandAPI
import RPC
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("A page token")
    struct PageTokenTests {
        private typealias Listing = @Sendable (ServiceClient, String) async throws -> Void

        private static func listing<Request: Message, Answer: Message>(
            _ method: String, _ json: String, _: Request.Type, _: Answer.Type
        ) -> (String, Listing) {
            (
                method,
                { client, token in
                    var fields = json.dropLast()
                    if fields.count > 1 { fields += "," }
                    let request = try Request(jsonString: fields + #""page_token":"\#(token)"}"#)
                    _ = try await client.call(method, request, answering: Answer.self)
                }
            )
        }

        private static let listings: [(String, Listing)] = [
            listing(
                "AdminService/ListCards", "{}", Multibrand_V1_ListCardsRequest.self,
                Multibrand_V1_ListCardsResponse.self),
            listing(
                "AdminService/ListInbox", "{}", Multibrand_V1_ListInboxRequest.self,
                Multibrand_V1_ListInboxResponse.self),
            listing(
                "AdminService/ListCosmoCalls", "{}", Multibrand_V1_ListCosmoCallsRequest.self,
                Multibrand_V1_ListCosmoCallsResponse.self),
            listing(
                "AdminService/ListOperatorActions", "{}", Multibrand_V1_ListOperatorActionsRequest.self,
                Multibrand_V1_ListOperatorActionsResponse.self),
            listing(
                "AdminService/RebuildPreferences", #"{"dry_run":true}"#, Multibrand_V1_RebuildPreferencesRequest.self,
                Multibrand_V1_RebuildPreferencesResponse.self),
            listing(
                "PreferenceService/ListPreferenceChanges", #"{"card_id":"card-usd"}"#,
                Multibrand_V1_ListPreferenceChangesRequest.self, Multibrand_V1_ListPreferenceChangesResponse.self),
            listing(
                "SpendService/ListSpends", #"{"card_id":"card-usd"}"#, Multibrand_V1_ListSpendsRequest.self,
                Multibrand_V1_ListSpendsResponse.self),
            listing(
                "SpendService/ListRefunds", #"{"card_id":"card-usd"}"#, Multibrand_V1_ListRefundsRequest.self,
                Multibrand_V1_ListRefundsResponse.self),
            listing(
                "IssuanceService/ListPositions", "{}", Multibrand_V1_ListPositionsRequest.self,
                Multibrand_V1_ListPositionsResponse.self),
            listing(
                "IssuanceService/ListIssuances", "{}", Multibrand_V1_ListIssuancesRequest.self,
                Multibrand_V1_ListIssuancesResponse.self),
            listing(
                "IssuanceService/ListDebts", "{}", Multibrand_V1_ListDebtsRequest.self,
                Multibrand_V1_ListDebtsResponse.self),
            listing(
                "IssuanceService/ListReconciliations", "{}", Multibrand_V1_ListReconciliationsRequest.self,
                Multibrand_V1_ListReconciliationsResponse.self),
            listing(
                "WalletService/ListMembers", #"{"environment":"WALLET_ENVIRONMENT_SANDBOX"}"#,
                Multibrand_V1_ListMembersRequest.self, Multibrand_V1_ListMembersResponse.self),
            listing(
                "WalletService/ListOffers", #"{"environment":"WALLET_ENVIRONMENT_SANDBOX"}"#,
                Multibrand_V1_ListOffersRequest.self, Multibrand_V1_ListOffersResponse.self),
        ]

        @Test("of one card's spends is refused by every other listing, and by the same listing of another card")
        func foreign() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    for cardID in ["card-usd", "card-other"] {
                        let _: Multibrand_V1_Card = try await client.call(
                            "PreferenceService/RegisterCard",
                            Multibrand_V1_RegisterCardRequest.with {
                                $0.cardID = cardID
                                $0.userID = cardID
                                $0.currencyCode = "USD"
                            })
                    }
                    for number in 1...3 {
                        _ = try await client.record(
                            .with {
                                $0.spendID = "spend-\(number)"
                                $0.cardID = "card-usd"
                                $0.amount.currencyCode = "USD"
                                $0.amount.minorUnits = 100
                                $0.merchantCategoryCode = "5812"
                            })
                    }
                    let page = try await spends(of: "card-usd", pageSize: 1, client)
                    let token = page.nextPageToken
                    try #require(!token.isEmpty)
                    let next = try await spends(of: "card-usd", pageSize: 2, after: token, client)
                    #expect(next.spends.map(\.spend.spendID) == ["spend-2", "spend-1"], "its own listing goes on")
                    for (method, list) in Self.listings where method != "SpendService/ListSpends" {
                        let reason = method.hasPrefix("Wallet") ? "VALIDATION" : "BAD_PAGE_TOKEN"
                        let refusal = try await Refusal.of { try await list(client, token) }
                        #expect(refusal == Refusal(.invalidArgument, reason), "\(method)")
                        #expect(try await Refusal.of { try await list(client, "") } == nil, "\(method)")
                    }
                    let other = try await Refusal.of {
                        try await spends(of: "card-other", pageSize: 1, after: token, client)
                    }
                    #expect(other == Refusal(.invalidArgument, "BAD_PAGE_TOKEN"))
                }
            }
        }

        private func spends(
            of cardID: String, pageSize: Int32, after token: String = "", _ client: ServiceClient
        ) async throws -> Multibrand_V1_ListSpendsResponse {
            try await client.call(
                "SpendService/ListSpends",
                Multibrand_V1_ListSpendsRequest.with {
                    $0.cardID = cardID
                    $0.pageSize = pageSize
                    $0.pageToken = token
                })
        }
    }
}
