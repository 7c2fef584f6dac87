import HTTPDoor
import NIOHTTP1
import PostgreSQL
import Rewards
import TestSupport
import Testing
import Wallet

@testable import WalletHTTP

@Suite("What the wallet's door bears")
struct DoorLimitTests {
    @Test("a body beyond the limit is 413 in the envelope, said or dripped, and the door goes on")
    func largeBodies() async throws {
        try await WalletDoor.with(configuration: WalletServerConfiguration(bodyBytesMax: 1_000)) { door in
            let large = #"{"reason":"\#(String(repeating: "x", count: 1_000))"}"#
            let said = try await door.post("/v1/wallet/credit", as: door.sandboxKey, large)
            #expect(said.status == 413 && said.code == "PAYLOAD_TOO_LARGE")
            let dripped = try await RawConnection.exchange(
                port: door.port,
                """
                POST /v1/wallet/credit HTTP/1.1\r
                host: x\r
                authorization: Bearer \(door.sandboxKey)\r
                transfer-encoding: chunked\r
                \r
                \(String(large.utf8.count, radix: 16))\r
                \(large)\r
                0\r
                \r

                """)
            #expect(dripped.hasPrefix("HTTP/1.1 413"))
            #expect(try await door.get("/v1/analytics/summary", as: door.sandboxKey).status == 200)
        }
    }

    @Test(
        "a credential that calls too often gets 429 with whole seconds; a member's tokens count as one"
    )
    func rateLimit() async throws {
        let limit = WalletServerConfiguration.RateLimit(requestsPerSecond: 1, burst: 3)
        try await WalletDoor.with(configuration: WalletServerConfiguration(rateLimit: limit)) { door in
            var statuses: [Int] = []
            for _ in 0..<12 {
                let answer = try await door.get("/v1/analytics/summary", as: door.sandboxKey)
                statuses.append(answer.status)
                guard answer.status == 429 else { continue }
                #expect(answer.code == "RATE_LIMITED")
                #expect(answer.headers.first(name: "Retry-After").flatMap { Int($0) } == 1)
            }
            #expect(statuses.prefix(3) == [200, 200, 200] && statuses.contains(429))
            let tokens = [try await door.token("m", key: door.liveKey), try await door.token("m", key: door.liveKey)]
            var byMember: [Int] = []
            for index in 0..<12 { byMember.append(try await door.get("/v1/wallet", as: tokens[index % 2]).status) }
            #expect(byMember.prefix(3) == [200, 200, 200] && byMember.contains(429))
        }
    }

    @Test("an answer that takes too long is 503 and says that the same key tells; afterwards it does, once")
    func timeLimit() async throws {
        let configuration = WalletServerConfiguration(requestTimeout: .milliseconds(300))
        try await WalletDoor.with(configuration: configuration) { door in
            let token = try await door.token("m")
            let body = #"{"externalUserID":"m","amount":5}"#
            try await door.context.pool.withTransaction { connection in
                _ = try await connection.query("select 1 from wallet_members for update")
                let answer = try await door.post("/v1/wallet/credit", as: door.sandboxKey, key: "k", body)
                #expect(answer.status == 503 && answer.code == "INTERNAL", "\(answer.json)")
                #expect(answer.headers.first(name: "Retry-After") == "1")
            }
            // A slow machine may need several attempts, each with the same key, to be answered within the limit.
            let credit = try await Self.answered {
                try await door.post("/v1/wallet/credit", as: door.sandboxKey, key: "k", body)
            }
            #expect(credit.status == 200)
            #expect(try await Self.answered { try await door.get("/v1/wallet", as: token) }["balance"] == 5)
        }
    }

    /// The first answer that is not a time-out; the last of a hundred when all are.
    private static func answered(_ call: () async throws -> WalletDoor.Answer) async throws -> WalletDoor.Answer {
        for _ in 1..<100 {
            let answer = try await call()
            if answer.status != 503 { return answer }
        }
        return try await call()
    }

    @Test("a fault of ours is 500 without a word of its cause")
    func fault() async throws {
        try await WalletDoor.with { door in
            let token = try await door.join("m", points: 5)
            _ = try await door.context.pool.query("alter table wallet_members rename to wallet_members_away")
            let answer = try await door.get("/v1/analytics/summary", as: door.sandboxKey)
            #expect(answer.status == 500 && answer.code == "INTERNAL")
            #expect(!String(decoding: answer.bytes, as: UTF8.self).contains("wallet_members"))
            #expect(try await door.get("/v1/wallet", as: token).status == 500)
            _ = try await door.context.pool.query("alter table wallet_members_away rename to wallet_members")
            #expect(try await door.get("/v1/wallet", as: token)["balance"] == 5)
        }
    }

    @Test("a target beyond the limit is 414 in the envelope, and answers are not kept by anybody")
    func targets() async throws {
        try await WalletDoor.with { door in
            let long = try await door.get(
                "/v1/offers?cursor=" + String(repeating: "a", count: 9_000), as: door.sandboxKey)
            #expect(long.status == 414 && long.code == "BAD_REQUEST")
            let answer = try await door.get("/v1/offers?unknown=1", as: door.sandboxKey)
            #expect(answer.status == 200 && answer.headers.first(name: "Cache-Control") == "no-store")
            let keys = try await door.send(
                .PUT, "/v1/members/m", as: door.sandboxKey, body: "{}",
                headers: [("Idempotency-Key", "a"), ("Idempotency-Key", "b")])
            #expect(keys.status == 422 && keys.code == "VALIDATION")
        }
    }
}
