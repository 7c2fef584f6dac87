import MultibrandAPI
import PostgreSQL
import RPC
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("A stream whose key is revoked", .timeLimit(.minutes(15)))
    struct RevokedStreamTests {
        private static func spend(_ id: String) -> Multibrand_V1_RecordSpendRequest {
            .with {
                $0.spend.spendID = id
                $0.spend.cardID = "card"
                $0.spend.amount.currencyCode = "USD"
                $0.spend.amount.minorUnits = 1_000
            }
        }

        private static func revoke(_ clientID: String, _ client: ServiceClient) async throws {
            let _: Multibrand_V1_ApiClient = try await client.call(
                "AdminService/RevokeApiClient", Multibrand_V1_RevokeApiClientRequest.with { $0.clientID = clientID })
        }

        private static func makeKey(_ clientID: String, _ client: ServiceClient) async throws -> String {
            let made: Multibrand_V1_CreateApiClientResponse = try await client.call(
                "AdminService/CreateApiClient",
                Multibrand_V1_CreateApiClientRequest.with {
                    $0.clientID = clientID
                    $0.role = "platform"
                })
            return made.key
        }

        @Test("records nothing more, says so, and what was recorded before was answered")
        func recordSpends() async throws {
            try await Stack.with { stack in
                try await stack.connected { root in
                    _ = try await stack.register("card", root)
                    let key = try await Self.makeKey("shop", root)
                    let refusal = try await stack.connected(key: key) { shop in
                        try await Refusal.of {
                            try await shop.rpc.bidirectional("/multibrand.v1.SpendService/RecordSpends") {
                                (
                                    writer: RPCWriter<Multibrand_V1_RecordSpendRequest>,
                                    answers: RPCMessages<Multibrand_V1_RecordSpendsResponse>
                                ) in
                                var iterator = answers.makeAsyncIterator()
                                try await writer.send(Self.spend("before"))
                                #expect(try await iterator.next()?.spendID == "before")
                                try await Self.revoke("shop", root)
                                try? await writer.send(Self.spend("after"))
                                // Silent or not, the stream ends: nobody has to send for it to notice.
                                #expect(try await iterator.next() == nil)
                            }
                        }
                    }
                    #expect(refusal == Refusal(.unauthenticated, "UNAUTHENTICATED"))
                    let rows = try await stack.pool.query("select spend_id from spends")
                    #expect(try rows.map { try $0.get("spend_id") as String } == ["before"])
                }
            }
        }

        @Test("tells nothing more of a card")
        func watchPreferences() async throws {
            try await Stack.with { stack in
                try await stack.connected { root in
                    _ = try await stack.register("card", root)
                    let key = try await Self.makeKey("shop", root)
                    let refusal = try await stack.connected(key: key) { shop in
                        try await Refusal.of {
                            try await shop.rpc.serverStreaming(
                                "/multibrand.v1.PreferenceService/WatchPreferences",
                                Multibrand_V1_WatchPreferencesRequest.with { $0.cardID = "card" }
                            ) { (answers: RPCMessages<Multibrand_V1_Preferences>) in
                                var iterator = answers.makeAsyncIterator()
                                #expect(try await iterator.next()?.cardID == "card")
                                try await Self.revoke("shop", root)
                                #expect(try await iterator.next() == nil)
                            }
                        }
                    }
                    #expect(refusal == Refusal(.unauthenticated, "UNAUTHENTICATED"))
                }
            }
        }
    }
}
