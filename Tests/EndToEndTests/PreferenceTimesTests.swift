import Audit
import CosmoSandbox
import MultibrandAPI
import PostgreSQL
import RPC
import SwiftProtobuf
import TestSupport
import Testing

extension EndToEnd {
    @Suite("A preference of the past")
    struct PreferenceTimesTests {
        @Test("is answered for both times, and is the same after what is stored of it was lost and rebuilt")
        func timesAndRebuild() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    try await stack.configurePrograms(client)
                    let holder = try await Self.register("card", program: "gold", client)
                    #expect(try await stack.deliver(Self.event(holder, "M-1", secondsAgo: 120)).status == 200)
                    try await Self.becomes("M-1", client)
                    let known = try await Self.clock(stack)
                    // It happened before the other and comes after it.
                    #expect(try await stack.deliver(Self.event(holder, "M-0", secondsAgo: 240)).status == 200)
                    try await stack.applied(2)

                    #expect(try await Self.accounts(client, asOf: known, secondsBefore: 180) == ["M-0"])
                    let early = try await Refusal.of {
                        _ = try await Self.accounts(client, asOf: known, secondsBefore: 180, knownAt: known)
                    }
                    #expect(early == Refusal(.notFound, "CARD_NOT_REGISTERED"))
                    #expect(try await Self.accounts(client, asOf: known, secondsBefore: 0, knownAt: known) == ["M-1"])

                    try await stack.pool.withConnection {
                        try await $0.execute("delete from links; delete from connection_events")
                    }
                    let dry = try await Self.rebuild(client, dryRun: true)
                    #expect(dry.cardsChecked == 1)
                    #expect(dry.differences.map(\.cardID) == ["card"])
                    #expect(dry.differences.first?.derivedWeights == "prg_stay:1")
                    _ = try await Self.rebuild(client, dryRun: false)
                    #expect(try await Self.rebuild(client, dryRun: true).differences.isEmpty)
                    #expect(try await Self.accounts(client, asOf: known, secondsBefore: 180) == ["M-0"])
                    try await Self.becomes("M-1", client)

                    let actions: Multibrand_V1_ListOperatorActionsResponse = try await client.call(
                        "AdminService/ListOperatorActions", Multibrand_V1_ListOperatorActionsRequest())
                    let rebuilds = actions.actions.filter { $0.action == "RebuildPreferences" }
                    // Three calls, and the one card that was put right.
                    #expect(rebuilds.map(\.subject).sorted() == ["card", "preferences", "preferences", "preferences"])
                }
                try await stack.verify(covering: .preferenceVersionsContiguous)
            }
        }

        @Test("is refused for a time that is none; a rebuild of an unknown card is not found")
        func refusals() async throws {
            try await Stack.with { stack in
                try await stack.connected { client in
                    _ = try await Self.register("card", program: "", client)
                    for field in ["as_of", "known_at"] {
                        let refusal = try await Refusal.of {
                            let _: Multibrand_V1_Preferences = try await client.call(
                                "PreferenceService/GetPreferences",
                                Multibrand_V1_GetPreferencesRequest.with {
                                    $0.cardID = "card"
                                    let time = Google_Protobuf_Timestamp(seconds: 0, nanos: -1)
                                    if field == "as_of" { $0.asOf = time } else { $0.knownAt = time }
                                })
                        }
                        #expect(refusal == Refusal(.invalidArgument, "INVALID_ARGUMENT"))
                    }
                    let unknown = try await Refusal.of {
                        let _: Multibrand_V1_RebuildPreferencesResponse = try await client.call(
                            "AdminService/RebuildPreferences",
                            Multibrand_V1_RebuildPreferencesRequest.with { $0.cardID = "nobody" })
                    }
                    #expect(unknown == Refusal(.notFound, "UNKNOWN_CARD"))
                }
            }
        }

        private static func register(
            _ cardID: String, program: String, _ client: ServiceClient
        ) async throws -> String {
            let card: Multibrand_V1_Card = try await client.call(
                "PreferenceService/RegisterCard",
                Multibrand_V1_RegisterCardRequest.with {
                    $0.cardID = cardID
                    $0.userID = "user"
                    $0.currencyCode = "USD"
                    $0.cardProgram = program
                })
            #expect(card.cardProgram == program)
            return card.sourceUserID
        }

        private static func event(_ holder: String, _ account: String, secondsAgo: Int64) -> SignedDelivery {
            let body =
                #"{"sourceUserId":"\#(holder)","destinationProgramId":"prg_stay","type":"LINKED","#
                + #""destinationAccount":{"destinationUserId":"\#(account)"}}"#
            return SignedDelivery(body, secondsFromNow: -secondsAgo)
        }

        private static func becomes(_ account: String, _ client: ServiceClient) async throws {
            var seen: [String] = []
            try await eventually("the card rewards \(account)", seen: { "\(seen)" }) {
                seen = try await client.preferences("card").links.map(\.destinationAccount.userID)
                return seen == [account]
            }
        }

        private static func accounts(
            _ client: ServiceClient, asOf: Google_Protobuf_Timestamp, secondsBefore: Int64,
            knownAt: Google_Protobuf_Timestamp? = nil
        ) async throws -> [String] {
            let preferences: Multibrand_V1_Preferences = try await client.call(
                "PreferenceService/GetPreferences",
                Multibrand_V1_GetPreferencesRequest.with {
                    $0.cardID = "card"
                    $0.asOf = Google_Protobuf_Timestamp(seconds: asOf.seconds - secondsBefore, nanos: asOf.nanos)
                    if let knownAt { $0.knownAt = knownAt }
                })
            return preferences.links.map(\.destinationAccount.userID)
        }

        private static func rebuild(
            _ client: ServiceClient, dryRun: Bool
        ) async throws -> Multibrand_V1_RebuildPreferencesResponse {
            try await client.call(
                "AdminService/RebuildPreferences", Multibrand_V1_RebuildPreferencesRequest.with { $0.dryRun = dryRun })
        }

        private static func clock(_ stack: Stack) async throws -> Google_Protobuf_Timestamp {
            let row = try await stack.pool.query(
                "select (extract(epoch from clock_timestamp()) * 1000000)::bigint as micros")
            let micros = try row.first?.get("micros", as: Int64.self) ?? 0
            return Google_Protobuf_Timestamp(seconds: micros / 1_000_000, nanos: Int32(micros % 1_000_000) * 1_000)
        }
    }
}

extension Stack {
    /// Waits until as many deliveries have been applied.
    fileprivate func applied(_ count: Int64) async throws {
        var seen: Int64 = 0
        try await eventually("\(count) deliveries are applied", seen: { "\(seen)" }) {
            let row = try await pool.query("select count(*) as applied from inbox where status = 'applied'")
            seen = try row.first?.get("applied", as: Int64.self) ?? 0
            return seen == count
        }
    }
}
