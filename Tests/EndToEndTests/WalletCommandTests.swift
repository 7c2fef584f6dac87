import Audit
import Foundation
import MultibrandAPI
import MultibrandServer
import OutgoingHTTP
import PostgreSQL
import RPC
import SwiftProtobuf
import Testing

extension EndToEnd {
    @Suite("The wallet's administration")
    struct WalletCommandTests {
        @Test("a key, a member, an offer; points given, spent, given back; exported, recorded and verified")
        func journey() async throws {
            try await Stack.with { stack in
                let made = try await stack.command("admin", "wallet", "keys", "create", "backend")
                let key = try #require(made.split(separator: "\n").last { $0.hasPrefix("mbw_sandbox_") })
                let keys = try await stack.command("admin", "wallet", "keys", "list")
                #expect(keys.contains("backend") && !keys.contains(key.dropFirst(12)), "a key is shown once")

                try await stack.command("admin", "wallet", "members", "upsert", "cust-77", "--tier", "gold")
                try await stack.command(
                    "admin", "wallet", "offers", "create", "--id", "spa", "--title", "Spa, for two", "--points", "180")
                for (request, words) in [("r1", "cust-77 has 500"), ("r1", "Nothing was changed")] {
                    let credited = try await stack.command(
                        "admin", "wallet", "credit", "cust-77", "500", "--reason", "spring, \"promo\"", "--request",
                        request)
                    #expect(credited.contains(words))
                }
                try await stack.command("admin", "wallet", "credit", "nobody", "5", exit: 4)

                let redemption = try await redeem(stack)
                try await stack.command("admin", "wallet", "redemptions", "redeem", "cust-77", "spa", exit: 5)
                try await stack.command("admin", "wallet", "redemptions", "move", redemption, "--to", "awaiting-vendor")
                try await stack.command(
                    "admin", "wallet", "redemptions", "move", redemption, "--to", "open", exit: 5)
                try await stack.command("admin", "wallet", "redemptions", "cancel", redemption, exit: 64)
                for _ in 1...2 {
                    let canceled = try await stack.command(
                        "admin", "wallet", "redemptions", "cancel", redemption, "--yes")
                    #expect(canceled.contains("canceled"))
                }
                let shown = try await stack.command("admin", "wallet", "redemptions", "show", redemption)
                #expect(shown.contains("By cust-77, debited 180 points."))

                try await checkExport(stack, redemption)
                try await checkHolds(stack)
                try await stack.command("admin", "wallet", "members", "remove", "cust-77", exit: 64)
                try await stack.command("admin", "wallet", "members", "remove", "cust-77", "--yes")
                let member = try await stack.command("admin", "wallet", "members", "show", "cust-77", "--json")
                #expect(member.contains(#""amount_spent":"680""#) && member.contains(#""balance":"0""#))
                let id = try #require(made.split(separator: " ").first { $0.hasPrefix("key_") })
                try await stack.command("admin", "wallet", "keys", "revoke", String(id), "--yes")
                try await checkRecord(stack)
                try await stack.verifyByCommand()
                try await stack.verify(covering: .walletChain)
            }
        }

        /// 100 held and 40 of them captured, 50 held and released.
        private func checkHolds(_ stack: Stack) async throws {
            func place(_ amount: String) async throws -> Multibrand_V1_Hold {
                let answer = try await stack.command(
                    "admin", "wallet", "holds", "place", "cust-77", amount, "--reason", "miles", "--seconds", "600",
                    "--json")
                return try Multibrand_V1_HoldResponse(jsonString: answer).hold
            }
            let first = try await place("100")
            try await stack.command("admin", "wallet", "holds", "place", "cust-77", "401", exit: 5)
            try await stack.command("admin", "wallet", "members", "remove", "cust-77", "--yes", exit: 5)
            let listed = try await stack.command("admin", "wallet", "holds", "list", "--status", "held")
            #expect(listed.contains(first.holdID) && listed.contains("cust-77") && listed.contains("miles"))
            try await stack.command("admin", "wallet", "holds", "capture", first.holdID, "--amount", "40", exit: 64)
            for _ in 1...2 {
                let captured = try await stack.command(
                    "admin", "wallet", "holds", "capture", first.holdID, "--amount", "40", "--yes")
                #expect(captured.contains("captured"))
            }
            let second = try await place("50")
            try await stack.command("admin", "wallet", "holds", "release", second.holdID, "--yes")
            let shown = try await stack.command("admin", "wallet", "holds", "show", second.holdID)
            #expect(shown.contains("released"))
            let ledger = try await stack.command("admin", "wallet", "export", "--json", "--member", "cust-77")
            #expect(ledger.contains(first.holdID) && ledger.contains(#""amount":-40"#))
        }

        private func redeem(_ stack: Stack) async throws -> String {
            let answer = try await stack.command("admin", "wallet", "redemptions", "redeem", "cust-77", "spa", "--json")
            let message = try Multibrand_V1_RedemptionResponse(jsonString: answer)
            #expect(message.redemption.status == .submitted && !message.replayed)
            return message.redemption.redemptionID
        }

        private func checkExport(_ stack: Stack, _ redemption: String) async throws {
            let path = stack.directory + "/ledger.csv"
            let told = try await stack.command("admin", "wallet", "export", "--out", path)
            #expect(told.contains("3 rows"))
            let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            let expected = [
                ("1,", #",CREDIT,mint,500,500,"spring, ""promo""",,"#),
                ("2,", ",DEBIT,spend,-180,320,redemption,\(redemption),"),
                ("3,", ",CREDIT,refund,180,500,redemption canceled,\(redemption),"),
            ]
            #expect(lines.count == 4 && lines.first?.hasPrefix("environment,external_user_id,sequence,") == true)
            for (line, (start, part)) in zip(lines.dropFirst(), expected) {
                #expect(line.hasPrefix("SANDBOX,cust-77," + start) && line.contains(part), "\(line)")
                #expect(line.hasSuffix("Z"))
            }
            #expect(!FileManager.default.fileExists(atPath: path + ".part"))
            let live = try await stack.command("admin", "wallet", "export", "--live", "--json")
            #expect(live.isEmpty, "LIVE has nothing of SANDBOX")
            let one = try await stack.command("admin", "wallet", "export", "--json", "--member", "cust-77")
            #expect(one.split(separator: "\n").count == 3 && one.contains(#""amount":-180"#))
        }

        /// What operators did is in the record once each, what was refused or replayed not at all.
        private func checkRecord(_ stack: Stack) async throws {
            let rows = try await stack.pool.query(
                """
                select action, count(*) as n from operator_actions where subject like 'wallet/%' group by action
                """)
            var counts: [String: Int64] = [:]
            for row in rows { counts[try row.get("action")] = try row.get("n", as: Int64.self) }
            #expect(
                counts == [
                    "CreateOrgKey": 1, "UpsertMember": 1, "CreateOffer": 1, "Credit": 1, "Redeem": 1,
                    "PlaceHold": 2, "CaptureHold": 2, "ReleaseHold": 1, "MoveRedemption": 1, "CancelRedemption": 2,
                    "ExportLedger": 4, "RemoveMember": 1,
                    "RevokeOrgKey": 1,
                ])
        }

        @Test("platforms upsert and read; what moves points is the operators', and every call names its world")
        func roles() async throws {
            try await Stack.with { stack in
                let made = try await stack.connected { client in
                    try await client.call(
                        "AdminService/CreateApiClient",
                        Multibrand_V1_CreateApiClientRequest.with {
                            $0.clientID = "platform"
                            $0.role = "platform"
                        }, answering: Multibrand_V1_CreateApiClientResponse.self)
                }
                try await stack.connected(key: made.key) { client in
                    // An empty message has the wire form of every message.
                    let empty = Multibrand_V1_GetPoolRequest()
                    for method in Self.operators {
                        let refusal = try await Refusal.of {
                            try await client.call(
                                "WalletService/\(method)", empty, answering: Multibrand_V1_GetPoolRequest.self)
                        }
                        #expect(refusal == Refusal(.permissionDenied, "PERMISSION_DENIED"), "\(method)")
                    }
                    for method in Self.platforms {
                        let refusal = try await Refusal.of {
                            try await client.call(
                                "WalletService/\(method)", empty, answering: Multibrand_V1_GetPoolRequest.self)
                        }
                        #expect(
                            refusal == Refusal(.invalidArgument, "INVALID_ARGUMENT"), "\(method) has no environment")
                    }
                    let _: Multibrand_V1_UpsertMemberResponse = try await client.call(
                        "WalletService/UpsertMember",
                        Multibrand_V1_UpsertMemberRequest.with {
                            $0.environment = .live
                            $0.externalUserID = "m"
                        })
                }
                let acts = try await stack.pool.query("select 1 from operator_actions where subject like 'wallet/%'")
                #expect(acts.isEmpty, "a platform's calls are its business, not an operator's")
                let minted = try await stack.pool.query("select 1 from wallet_transactions")
                #expect(minted.isEmpty, "a platform's key made no points")
                try await stack.connected { client in try await Self.work(client) }
                try await stack.verify(covering: .walletIdentity)
            }
        }

        private static let operators = [
            "ListMembers", "RemoveMember", "ExportLedger", "CreateOffer", "UpdateOffer", "PriceOffer", "ExpireOffer",
            "MoveRedemption", "Credit", "PlaceHold", "CaptureHold", "ReleaseHold", "Redeem", "CancelRedemption",
            "CreateOrgKey", "ListOrgKeys", "RotateOrgKey",
            "RevokeOrgKey", "RegisterWebhook",
            "ListWebhooks", "DeleteWebhook", "GetPool", "TopUpPool", "SetPoolLowWaterMark",
        ]
        private static let platforms = [
            "UpsertMember", "GetMember", "GetWallet", "ListTransactions", "GetEligibility", "ListOffers",
            "GetRedemption", "ListRedemptions", "GetHold", "ListHolds", "GetWalletSummary", "GetOfferAnalytics",
            "GetWalletTimeseries",
        ]

        /// An operator's calls, with the refusals that name the message's own fields.
        private static func work(_ client: ServiceClient) async throws {
            var credit = Multibrand_V1_CreditRequest.with {
                $0.environment = .live
                $0.externalUserID = "m"
                $0.amount = 7
            }
            func refused(_ code: RPCStatusCode, _ reason: String, field: String? = nil) async throws {
                do {
                    _ = try await client.call(
                        "WalletService/Credit", credit, answering: Multibrand_V1_CreditResponse.self)
                    Issue.record("not refused: \(reason)")
                } catch let error as RPCError {
                    #expect(Refusal(error) == Refusal(code, reason) && error.errorInfo?.metadata["field"] == field)
                }
            }
            try await refused(.invalidArgument, "VALIDATION", field: "idempotency_key")
            credit.idempotencyKey = "k"
            credit.externalUserID = "nobody"
            try await refused(.notFound, "NOT_FOUND")
            credit.externalUserID = "m"
            let _: Multibrand_V1_UpsertMemberResponse = try await client.call(
                "WalletService/UpsertMember",
                Multibrand_V1_UpsertMemberRequest.with {
                    $0.environment = .live
                    $0.externalUserID = "m"
                    $0.attributesJson = #"{"vip":true}"#
                })
            // The member is there now, and the refusal was not kept under the key.
            for isReplayed in [false, true] {
                let answer: Multibrand_V1_CreditResponse = try await client.call("WalletService/Credit", credit)
                #expect(answer.balance == 7 && answer.replayed == isReplayed)
            }
            credit.amount = 8
            try await refused(.alreadyExists, "IDEMPOTENCY_KEY_REUSED")
            credit.externalUserID = String(repeating: "x", count: 256)
            credit.idempotencyKey = "other"
            try await refused(.invalidArgument, "VALIDATION", field: "external_user_id")
            let wallet: Multibrand_V1_MemberWallet = try await client.call(
                "WalletService/GetWallet",
                Multibrand_V1_GetWalletRequest.with {
                    $0.environment = .live
                    $0.externalUserID = "m"
                })
            #expect(wallet.balance == 7 && wallet.currency.name == "Points")
        }

        @Test("a credit sent to the REST door and repeated over gRPC is one credit")
        func twoDoors() async throws {
            let port = try FreePort.choose()
            let settings = [
                Settings.Wallet.enabled.key: "true", Settings.Wallet.port.key: "\(port)",
                Settings.Wallet.tokenSecrets.key: String(repeating: "s3cr", count: 16),
            ]
            try await Stack.with(settings) { stack in
                try await stack.command("admin", "wallet", "members", "upsert", "m")
                let made = try await stack.command("admin", "wallet", "keys", "create", "backend")
                let key = try #require(made.split(separator: "\n").last { $0.hasPrefix("mbw_sandbox_") })
                var request = HTTPCall(url: "http://127.0.0.1:\(port)/v1/wallet/credit")
                request.method = .post
                request.headers.add(name: "authorization", value: "Bearer \(key)")
                request.headers.add(name: "content-type", value: "application/json")
                request.headers.add(name: "idempotency-key", value: "one")
                request.body = Array(#"{ "reason": null, "externalUserID": "m", "amount": 250, "x": 1 }"#.utf8)
                let response = try await HTTPClient.shared.send(request, within: .seconds(60))
                #expect(response.status == 200)
                let again = try await stack.command(
                    "admin", "wallet", "credit", "m", "250", "--request", "one")
                #expect(again.contains("Nothing was changed") && again.contains("m has 250"))
                try await stack.command("admin", "wallet", "credit", "m", "251", "--request", "one", exit: 5)
                try await stack.verify(covering: .walletIdentity)
            }
        }
    }
}
