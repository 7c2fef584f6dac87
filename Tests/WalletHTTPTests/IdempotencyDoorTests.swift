import NIOHTTP1
import PostgreSQL
import Rewards
import Testing
import Wallet

@testable import WalletHTTP

@Suite("Idempotency keys, over a socket")
struct IdempotencyDoorTests {
    static let mint = #"{"externalUserID":"m","amount":5,"reason":"promo"}"#

    @Test("64 equal mints over sockets at once credit once, and all get the same bytes")
    func concurrentMints() async throws {
        try await WalletDoor.with { door in
            let token = try await door.token("m")
            let answers = try await withThrowingTaskGroup(of: WalletDoor.Answer.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        try await door.post("/v1/wallet/credit", as: door.sandboxKey, key: "one", Self.mint)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.count == 64 && answers.allSatisfy { $0.status == 200 })
            #expect(Set(answers.map(\.bytes)).count == 1)
            #expect(Set(answers.compactMap { $0.headers.first(name: "X-Request-Id") }).count == 64)
            let wallet = try await door.get("/v1/wallet", as: token)
            #expect(wallet["balance"]?.int64 == 5 && wallet["amountReceived"]?.int64 == 5)
        }
    }

    @Test("64 redeemers of a wallet with points for 10: exactly 10 succeed, the others lack points")
    func concurrentRedeemers() async throws {
        try await WalletDoor.with { door in
            let token = try await door.join("m", points: 1_000)
            for index in 0..<64 { try await door.offer("offer-\(index)", price: 100) }
            let answers = try await withThrowingTaskGroup(of: WalletDoor.Answer.self) { group in
                for index in 0..<64 {
                    group.addTask { try await door.post("/v1/redemptions", as: token, #"{"offer":"offer-\#(index)"}"#) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 201 }.count == 10)
            #expect(answers.filter { $0.status == 422 && $0.code == "INSUFFICIENT_POINTS" }.count == 54)
            let wallet = try await door.get("/v1/wallet", as: token)
            #expect(wallet["balance"]?.int64 == 0 && wallet["amountSpent"]?.int64 == 1_000)
        }
    }

    /// A write, its repetition in other words, and the same key with another meaning.
    struct Write: Sendable, CustomTestStringConvertible {
        let method: HTTPMethod
        let path: String
        let isMember: Bool
        let body: String?
        let sameAgain: String?
        let samePath: String?
        let other: (path: String, body: String?)
        var testDescription: String { "\(method) \(path)" }

        init(
            _ method: HTTPMethod, _ path: String, isMember: Bool = false, _ body: String? = nil,
            sameAgain: String? = nil, samePath: String? = nil, other: (path: String, body: String?)
        ) {
            self.method = method
            self.path = path
            self.isMember = isMember
            self.body = body
            self.sameAgain = sameAgain
            self.samePath = samePath
            self.other = other
        }
    }

    static let writes: [Write] = [
        Write(
            .POST, "/v1/wallet/credit", mint,
            sameAgain: #" { "reason" : "promo", "amount" : 5 , "externalUserID" : "\u006d" } "#,
            other: ("/v1/wallet/credit", #"{"externalUserID":"m","amount":6,"reason":"promo"}"#)),
        Write(
            .POST, "/v1/wallet/credit", #"{"externalUserID":"m","amount":5}"#,
            sameAgain: #"{"externalUserID":"m","reason":null,"amount":5,"note":"of no meaning"}"#,
            other: ("/v1/wallet/credit", #"{"externalUserID":"m","amount":5,"reason":"promo"}"#)),
        Write(
            .PUT, "/v1/members/m", #"{"displayName":"M."}"#, sameAgain: #"{"tier":null,"displayName":"M.","x":1}"#,
            other: ("/v1/members/m", #"{"displayName":"M.","tier":"gold"}"#)),
        Write(
            .POST, "/v1/webhooks",
            #"{"url":"https://a.example.com/x","events":["wallet.credited","wallet.debited","wallet.credited"]}"#,
            sameAgain: #"{"events":["wallet.debited","wallet.credited"],"url":"https://a.example.com/x"}"#,
            other: ("/v1/webhooks", #"{"url":"https://a.example.com/x","events":["wallet.credited"]}"#)),
        Write(
            .POST, "/v1/auth/exchange", #"{"externalUserID":"m","tier":"gold"}"#,
            sameAgain: #"{"tier":"gold","externalUserID":"m"}"#,
            other: ("/v1/auth/exchange", #"{"externalUserID":"m"}"#)),
        Write(
            .POST, "/v1/redemptions", isMember: true, #"{"offer":"a"}"#, other: ("/v1/redemptions", #"{"offer":"b"}"#)),
        Write(
            .POST, "/v1/redemptions/{booked}/cancel", isMember: true, other: ("/v1/redemptions", #"{"offer":"b"}"#)),
        Write(
            .PUT, "/v1/members/m", #"{"displayName":"M."}"#, samePath: "/v1/members/%6D",
            other: ("/v1/members/n", #"{"displayName":"M."}"#)),
        Write(
            .DELETE, "/v1/members/m", samePath: "/v1/members/m?retainBalance=false",
            other: ("/v1/members/m?retainBalance=true", nil)),
        Write(
            .POST, "/v1/webhooks", #"{"url":"https://a.example.com/x","events":["wallet.credited"]}"#,
            other: ("/v1/webhooks", #"{"url":"https://a.example.com/y","events":["wallet.credited"]}"#)),
        Write(.DELETE, "/v1/webhooks/{webhook}", other: ("/v1/members/m", nil)),
    ]

    @Test("each write is replayed byte for byte under its key, and refused for another request", arguments: writes)
    func replay(write: Write) async throws {
        try await WalletDoor.with { door in
            let token = try await door.join("m", points: 1_000)
            for id in ["a", "b", "booked"] { try await door.offer(id, price: 1) }
            let booked = try await door.post("/v1/redemptions", as: token, #"{"offer":"booked"}"#)
            let hook = try await door.post(
                "/v1/webhooks", as: door.sandboxKey, #"{"url":"https://a.example.com/z","events":["wallet.debited"]}"#)
            let ids = (booked: try #require(booked["id"]?.string), hook: try #require(hook["id"]?.string))
            @Sendable func send(_ path: String, _ body: String?) async throws -> WalletDoor.Answer {
                let path = path.replacing("{booked}", with: ids.booked).replacing("{webhook}", with: ids.hook)
                return try await door.send(
                    write.method, path, as: write.isMember ? token : door.sandboxKey, key: "k-1", body: body)
            }
            let first = try await send(write.path, write.body)
            try #require(first.status == 200 || first.status == 201, "\(first.json)")
            let rows = try await ledgerRows(door)
            door.clock.advance(by: .seconds(60))
            let second = try await send(write.samePath ?? write.path, write.sameAgain ?? write.body)
            #expect(second.status == first.status && second.bytes == first.bytes)
            let refused = try await send(write.other.path, write.other.body)
            #expect(refused.status == 409 && refused.code == "IDEMPOTENCY_KEY_REUSED", "\(refused.json)")
            #expect(try await ledgerRows(door) == rows)
        }
    }

    @Test("a failure is not frozen: once its cause is mended, the same key succeeds")
    func failuresAreNotStored() async throws {
        try await WalletDoor.with { door in
            let early = try await door.post("/v1/wallet/credit", as: door.sandboxKey, key: "k", Self.mint)
            #expect(early.status == 404)
            _ = try await door.token("m")
            let mended = try await door.post("/v1/wallet/credit", as: door.sandboxKey, key: "k", Self.mint)
            #expect(mended.status == 200 && mended["balance"]?.int64 == 5)
            let replayed = try await door.post("/v1/wallet/credit", as: door.sandboxKey, key: "k", Self.mint)
            #expect(replayed.bytes == mended.bytes)
        }
    }

    @Test("a key belongs to its caller: members, the organisation and the environments share none")
    func scopes() async throws {
        try await WalletDoor.with { door in
            try await door.offer("a", price: 1)
            let mine = try await door.join("m", points: 10)
            let theirs = try await door.join("n", points: 10)
            let bodies = try await [mine, theirs].asyncMap { token in
                try await door.post("/v1/redemptions", as: token, key: "k", #"{"offer":"a"}"#)
            }
            #expect(bodies.allSatisfy { $0.status == 201 } && bodies[0]["id"] != bodies[1]["id"])
            let backend = try await door.post("/v1/wallet/credit", as: door.sandboxKey, key: "k", Self.mint)
            #expect(backend.status == 200)
            _ = try await door.token("m", key: door.liveKey)
            let live = try await door.post("/v1/wallet/credit", as: door.liveKey, key: "k", Self.mint)
            #expect(live.status == 200 && live["balance"]?.int64 == 5)
        }
    }

    private func ledgerRows(_ door: WalletDoor) async throws -> Int64 {
        try await door.context.pool.query("select count(*) as n from wallet_transactions").first?.get("n") ?? -1
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
