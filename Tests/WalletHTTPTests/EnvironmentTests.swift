import NIOHTTP1
import Rewards
import Testing

@testable import WalletHTTP

@Suite("Sandbox and live, over a socket")
struct EnvironmentTests {
    @Test("a credential opens its own environment only: members, points, offers, cursors and webhooks are apart")
    func apart() async throws {
        try await WalletDoor.with { door in
            try await door.offer("a", price: 1)
            try await door.offer("b", price: 1)
            let sandbox = try await door.join("m", points: 100)
            let live = try await door.token("m", key: door.liveKey)
            #expect(try await door.get("/v1/wallet", as: sandbox)["balance"]?.int64 == 100)
            let wallet = try await door.get("/v1/wallet", as: live)
            #expect(wallet["balance"]?.int64 == 0)
            #expect(wallet["currency"] == ["name": "Points", "symbol": "PT"])
            #expect(try await door.get("/v1/offers", as: live)["data"]?.array?.isEmpty == true)
            let page = try await door.get("/v1/offers?limit=1", as: sandbox)
            let cursor = try #require(page["nextCursor"]?.string)
            #expect(try await door.get("/v1/offers?limit=1&cursor=\(cursor)", as: sandbox).status == 200)
            let foreign = try await door.get("/v1/offers?limit=1&cursor=\(cursor)", as: live)
            #expect(foreign.status == 422 && foreign.code == "VALIDATION")

            let redeemed = try await door.post("/v1/redemptions", as: sandbox, #"{"offer":"a"}"#)
            let id = try #require(redeemed["id"]?.string)
            #expect(try await door.get("/v1/redemptions/\(id)", as: door.sandboxKey).status == 200)
            #expect(try await door.get("/v1/redemptions/\(id)", as: door.liveKey).status == 404)
            #expect(try await door.send(.POST, "/v1/redemptions/\(id)/cancel", as: door.liveKey).status == 404)

            let hook = try await door.post(
                "/v1/webhooks", as: door.sandboxKey, #"{"url":"https://a.example.com/","events":["wallet.credited"]}"#)
            #expect(hook["environment"]?.string == "SANDBOX")
            let hookID = try #require(hook["id"]?.string)
            #expect(try await door.get("/v1/webhooks", as: door.liveKey)["data"]?.array?.isEmpty == true)
            #expect(try await door.send(.DELETE, "/v1/webhooks/\(hookID)", as: door.liveKey).status == 404)

            _ = try await door.send(.DELETE, "/v1/members/m", as: door.sandboxKey)
            #expect(try await door.get("/v1/wallet", as: sandbox).status == 401)
            #expect(try await door.get("/v1/wallet", as: live).status == 200)
        }
    }

    @Test("a token works until it expires, and a key until it is revoked")
    func ends() async throws {
        try await WalletDoor.with { door in
            let answer = try await door.post("/v1/auth/exchange", as: door.sandboxKey, #"{"externalUserID":"m"}"#)
            #expect(answer["expiresAt"]?.string == "2026-03-02T10:15:00.000Z")
            let token = try #require(answer["accessToken"]?.string)
            door.clock.advance(by: .seconds(899))
            #expect(try await door.get("/v1/wallet", as: token).status == 200)
            door.clock.advance(by: .seconds(1))
            let expired = try await door.get("/v1/wallet", as: token)
            #expect(expired.status == 401 && expired.code == "UNAUTHORIZED")
            let keys = try await door.revokeSandboxKeys()
            #expect(keys == 1)
            #expect(try await door.get("/v1/analytics/summary", as: door.sandboxKey).status == 401)
            #expect(try await door.get("/v1/analytics/summary", as: door.liveKey).status == 200)
        }
    }

    @Test(
        "the credential is read as RFC 6750 has it",
        arguments: [
            ("Bearer {key}", 200), ("bearer {key}", 200), ("Bearer  {key}", 200), ("Basic {key}", 401), ("{key}", 401),
            ("Bearer", 401), ("Bearer {key} x", 401),
        ])
    func authorization(header: String, status: Int) async throws {
        try await WalletDoor.with { door in
            let value = header.replacing("{key}", with: door.sandboxKey)
            let answer = try await door.send(
                .GET, "/v1/analytics/summary", as: nil, headers: [("Authorization", value)])
            #expect(answer.status == status)
        }
    }
}
