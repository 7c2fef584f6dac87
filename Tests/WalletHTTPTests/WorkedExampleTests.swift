import NIOHTTP1
import Rewards
import Testing

@testable import WalletHTTP

@Suite("The worked example of the contract, over a socket")
struct WorkedExampleTests {
    @Test("mint 500, spend 180, cancel, spend 320: totals and ledger are those of contract section 5")
    func workedExample() async throws {
        try await WalletDoor.with { door in
            try await door.offer("small", price: 180)
            try await door.offer("large", price: 320)
            let token = try await door.token("cust-77")
            func totals() async throws -> [Int64?] {
                let wallet = try await door.get("/v1/wallet", as: token)
                return ["balance", "amountReceived", "amountSpent"].map { wallet[$0]?.int64 }
            }
            #expect(try await totals() == [0, 0, 0])

            let minted = try await door.post(
                "/v1/wallet/credit", as: door.sandboxKey,
                #"{"externalUserID":"cust-77","amount":500,"reason":"spring promo"}"#)
            #expect(minted.status == 200)
            #expect(minted.json == ["balance": 500, "currency": ["name": "Stars", "symbol": "ST"]])
            #expect(try await totals() == [500, 500, 0])

            let spent = try await door.post("/v1/redemptions", as: token, #"{"offer":"small"}"#)
            #expect(spent.status == 201 && spent["status"]?.string == "SUBMITTED" && spent["offer"]?.string == "small")
            #expect(spent["startAt"] == .null && spent["endAt"] == .null)
            #expect(spent["createdAt"]?.string == "2026-03-02T10:00:00.000Z")
            let first = try #require(spent["id"]?.string)
            #expect(try await totals() == [320, 500, 180])

            let canceled = try await door.send(.POST, "/v1/redemptions/\(first)/cancel", as: token)
            #expect(canceled.status == 200 && canceled["status"]?.string == "CANCELED")
            #expect(try await totals() == [500, 680, 180])
            let again = try await door.send(.POST, "/v1/redemptions/\(first)/cancel", as: token)
            #expect(again.json == canceled.json)
            #expect(try await totals() == [500, 680, 180])

            door.clock.advance(by: .seconds(1))
            let last = try await door.post("/v1/redemptions", as: token, #"{"offer":"large"}"#)
            let second = try #require(last["id"]?.string)
            #expect(try await totals() == [180, 680, 500])

            let ledger = try await door.get("/v1/wallet/transactions?limit=2", as: token)
            let rows = try #require(ledger["transactions"]?.array)
            #expect(rows.map { $0["amount"]?.int64 } == [-320, 180])
            #expect(rows.map { $0["type"]?.string } == ["DEBIT", "CREDIT"])
            #expect(rows.map { $0["redemptionID"]?.string } == [second, first])
            #expect(rows.map { $0["reason"]?.string } == ["redemption", "redemption canceled"])
            #expect(rows[0]["createdAt"]?.string == "2026-03-02T10:00:01.000Z")
            let names = Set(rows[0].object?.members.map(\.name) ?? [])
            #expect(names == ["id", "type", "amount", "reason", "redemptionID", "holdID", "createdAt"])
            let cursor = try #require(ledger["nextCursor"]?.string)
            let rest = try await door.get("/v1/wallet/transactions?limit=2&cursor=\(cursor)", as: token)
            let older = try #require(rest["transactions"]?.array)
            #expect(older.map { $0["amount"]?.int64 } == [-180, 500])
            #expect(older[1]["reason"]?.string == "spring promo" && older[1]["redemptionID"] == .null)
            #expect(rest["nextCursor"] == .null)

            let eligible = try await door.get("/v1/eligibility", as: token)
            #expect(eligible["tier"]?.string == "standard" && eligible["wallet"]?["balance"]?.int64 == 180)
        }
    }

    @Test("a hold through the door: placed, shown to its member, captured in part under a key, and in the ledger")
    func holds() async throws {
        try await WalletDoor.with { door in
            let token = try await door.token("cust-77")
            _ = try await door.post(
                "/v1/wallet/credit", as: door.sandboxKey, #"{"externalUserID":"cust-77","amount":200}"#)
            let placed = try await door.post(
                "/v1/wallet/holds", as: door.sandboxKey,
                #"{"externalUserID":"cust-77","amount":120,"reason":"miles","expiresInSeconds":600}"#)
            #expect(placed.status == 201 && placed["status"]?.string == "HELD" && placed["captured"]?.int64 == 0)
            #expect(placed["expiresAt"]?.string == "2026-03-02T10:10:00.000Z" && placed["endedAt"] == .null)
            let id = try #require(placed["id"]?.string)
            let wallet = try await door.get("/v1/wallet", as: token)
            #expect(["balance", "held", "available"].map { wallet[$0]?.int64 } == [200, 120, 80])
            #expect(try await door.get("/v1/wallet/holds/\(id)", as: token).json == placed.json)
            let listed = try await door.get("/v1/wallet/holds?status=HELD", as: door.sandboxKey)
            #expect(listed["holds"]?.array?.map { $0["id"]?.string } == [id])
            let other = try await door.token("other")
            #expect(try await door.get("/v1/wallet/holds/\(id)", as: other).status == 404)
            #expect(try await door.get("/v1/wallet/holds", as: other)["holds"]?.array?.isEmpty == true)

            let captured = try await door.post(
                "/v1/wallet/holds/\(id)/capture", as: door.sandboxKey, #"{"amount":90}"#)
            #expect(captured.status == 200 && captured["captured"]?.int64 == 90)
            let released = try await door.send(.POST, "/v1/wallet/holds/\(id)/release", as: door.sandboxKey)
            #expect(released.status == 409)
            let ledger = try await door.get("/v1/wallet/transactions?limit=1", as: token)
            let row = try #require(ledger["transactions"]?.array?.first)
            #expect(row["amount"]?.int64 == -90 && row["holdID"]?.string == id && row["type"]?.string == "DEBIT")
            let after = try await door.get("/v1/wallet", as: token)
            #expect(["balance", "held", "available", "amountSpent"].map { after[$0]?.int64 } == [110, 0, 110, 90])
        }
    }

    @Test("a member without activity has an empty ledger and zeros, and a free offer writes no row")
    func empty() async throws {
        try await WalletDoor.with { door in
            try await door.offer("free", price: nil)
            try await door.offer("zero", price: 0)
            let token = try await door.token("new")
            for offer in ["free", "zero"] {
                #expect(try await door.post("/v1/redemptions", as: token, #"{"offer":"\#(offer)"}"#).status == 201)
            }
            let ledger = try await door.get("/v1/wallet/transactions", as: token)
            #expect(String(decoding: ledger.bytes, as: UTF8.self) == #"{"nextCursor":null,"transactions":[]}"#)
            let offers = try await door.get("/v1/offers", as: token)
            #expect(offers["data"]?.array?.map { $0["pointsPrice"] } == [0, .null])
        }
    }
}
