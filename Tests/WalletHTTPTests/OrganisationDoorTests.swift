import NIOHTTP1
import PostgreSQL
import Rewards
import Testing
import Wallet

@testable import WalletHTTP

@Suite("Members, totals and webhooks, over a socket")
struct OrganisationDoorTests {
    @Test(
        "members: omitted fields stay, attributes are replaced, ids are percent-encoded, removal forfeits or retains"
    )
    func members() async throws {
        try await WalletDoor.with { door in
            let id = "zoë/7 +x"
            let path = "/v1/members/zo%C3%AB%2F7%20%2Bx"
            let made = try await door.send(
                .PUT, path, as: door.sandboxKey,
                body: #"{"displayName":"Zoë","tier":"gold","attributes":{"a":1},"unknown":[true]}"#)
            #expect(made.status == 200)
            #expect(
                made.json == [
                    "externalUserID": .string(id), "displayName": "Zoë", "tier": "gold", "attributes": ["a": 1],
                ])
            let changed = try await door.send(
                .PUT, path, as: door.sandboxKey, body: #"{"attributes":{"b":2},"displayName":null}"#)
            #expect(changed["displayName"]?.string == "Zoë" && changed["attributes"] == ["b": 2])
            _ = try await door.post(
                "/v1/wallet/credit", as: door.sandboxKey, #"{"externalUserID":"zoë/7 +x","amount":9}"#)
            try await door.offer("o", price: 4)
            _ = try await door.post(
                "/v1/redemptions", as: door.sandboxKey, #"{"offer":"o","externalUserID":"zoë/7 +x"}"#)
            let summary = try await door.get(path, as: door.sandboxKey)
            #expect(summary["wallet"]?["balance"]?.int64 == 5 && summary["tier"]?.string == "gold")
            let counts = try #require(summary["redemptionCounts"]?.object)
            #expect(counts.members.count == 7 && counts["SUBMITTED"] == 1 && counts["CANCELED"] == 0)
            let ledger = try await door.get(
                "/v1/wallet/transactions?externalUserID=zo%C3%AB%2F7+%2Bx", as: door.sandboxKey)
            #expect(ledger["transactions"]?.array?.count == 2)

            let kept = try await door.send(.DELETE, path + "?retainBalance=true", as: door.sandboxKey)
            #expect(kept.json == ["externalUserID": .string(id), "archived": true, "balanceRetained": true])
            #expect(try await door.send(.PUT, path, as: door.sandboxKey, body: "{}").status == 200)
            #expect(try await door.get(path, as: door.sandboxKey)["wallet"]?["balance"]?.int64 == 5)
            let lapsed = try await door.send(.DELETE, path, as: door.sandboxKey)
            #expect(lapsed["balanceRetained"] == false)
            #expect(try await door.send(.DELETE, path, as: door.sandboxKey).json == lapsed.json)
            let wallet = try await door.get(path, as: door.sandboxKey)["wallet"]
            #expect(wallet?["balance"]?.int64 == 0 && wallet?["amountSpent"]?.int64 == 9)
        }
    }

    @Test("totals: refunds are no mints, statuses are in lower case, a series takes every form of time")
    func analytics() async throws {
        try await WalletDoor.with { door in
            let token = try await door.join("m", points: 100)
            try await door.offer("o", price: 30)
            let made = try await door.post("/v1/redemptions", as: token, #"{"offer":"o"}"#)
            let id = try #require(made["id"]?.string)
            _ = try await door.send(.POST, "/v1/redemptions/\(id)/cancel", as: token)
            let summary = try await door.get("/v1/analytics/summary", as: door.sandboxKey)
            #expect(summary["pointsMinted"] == 100 && summary["pointsSpent"] == 30 && summary["memberCount"] == 1)
            #expect(summary["completionRate"] == 0)
            let statuses = try #require(summary["redemptions"]?.object)
            #expect(statuses.members.count == 8 && statuses["canceled"] == 1 && statuses["total"] == 1)
            let offers = try await door.get("/v1/analytics/offers", as: door.sandboxKey)
            #expect(
                offers["offers"] == [
                    ["offerId": "o", "signups": 1, "completions": 0, "cancellations": 1, "pointsSpent": 30]
                ])
            for (from, to) in [
                ("2026-03-02T00:00:00Z", "2026-03-03T00:00:00.000Z"), ("2026-03-02", "2026-03-03"),
                ("2026-03-02T01:00:00+01:00", "2026-03-02T19:00:00-05:00"),
                ("2026-03-02T01%3A00%3A00%2B01%3A00", "2026-03-03t00:00:00z"),
            ] {
                let series = try await door.get(
                    "/v1/analytics/timeseries?from=\(from)&to=\(to)&interval=day", as: door.sandboxKey)
                #expect(
                    series.json == [
                        "buckets": [
                            [
                                "startTime": "2026-03-02T00:00:00.000Z", "endTime": "2026-03-03T00:00:00.000Z",
                                "signups": 1, "pointsMinted": 100, "pointsSpent": 30,
                            ]
                        ]
                    ], "\(from)")
            }
        }
    }

    @Test("webhooks: the secret is shown once, ten may be active, deleting disables and may be repeated")
    func webhooks() async throws {
        try await WalletDoor.with { door in
            let body = #"{"url":"https://a.example.com/x","events":["wallet.credited","redemption.created"]}"#
            let made = try await door.post("/v1/webhooks", as: door.sandboxKey, body)
            #expect(made.status == 201 && made["signingSecret"]?.string?.hasPrefix("whsec_") == true)
            #expect(made["events"] == ["wallet.credited", "redemption.created"])
            let secret = try #require(made["signingSecret"]?.string)
            let listed = try await door.get("/v1/webhooks", as: door.sandboxKey)
            #expect(!String(decoding: listed.bytes, as: UTF8.self).contains(secret))
            #expect(listed["data"]?.array?.first?["disabledAt"] == .null)
            for _ in 0..<9 { #expect(try await door.post("/v1/webhooks", as: door.sandboxKey, body).status == 201) }
            let eleventh = try await door.post("/v1/webhooks", as: door.sandboxKey, body)
            #expect(eleventh.status == 409 && eleventh.code == "CONFLICT")
            let id = try #require(made["id"]?.string)
            for _ in 0..<2 {
                let deleted = try await door.send(.DELETE, "/v1/webhooks/\(id)", as: door.sandboxKey)
                #expect(deleted.status == 200 && deleted.json == ["id": .string(id), "ok": true])
            }
            #expect(try await door.post("/v1/webhooks", as: door.sandboxKey, body).status == 201)
        }
    }

    @Test("live credits draw the prepaid pool down, all or nothing: 402 moves nothing, a top-up mends it")
    func pool() async throws {
        try await WalletDoor.with(settings: { $0.isPoolEnabled = true }) { door in
            _ = try await door.token("m", key: door.liveKey)
            let pools = WalletPools(door.context)
            let live = WalletCaller.organisation(.live)
            _ = try await pools.topUp(amount: 100, reference: "p-1", by: live, now: door.now)
            let body = #"{"externalUserID":"m","amount":101}"#
            let refused = try await door.post("/v1/wallet/credit", as: door.liveKey, key: "k", body)
            #expect(refused.status == 402 && refused.code == "INSUFFICIENT_ORG_POINTS")
            #expect(try await pools.read()?.balance == 100)
            _ = try await pools.topUp(amount: 1, reference: "p-2", by: live, now: door.now)
            let credited = try await door.post("/v1/wallet/credit", as: door.liveKey, key: "k", body)
            #expect(credited.status == 200 && credited["balance"] == 101)
            #expect(try await pools.read()?.balance == 0)
            _ = try await door.token("m")
            #expect(try await door.post("/v1/wallet/credit", as: door.sandboxKey, body).status == 200)
        }
    }
}
