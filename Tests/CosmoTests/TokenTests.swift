import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("The token")
struct TokenTests {
    @Test("a hundred concurrent calls fetch one token")
    func singleFlight() async throws {
        try await SandboxSession.run { session in
            let client = session.client
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 { group.addTask { try await client.programs().count } }
                for try await count in group { #expect(count == 6) }
            }
            #expect(session.sandbox.callCount("POST /auth/token") == 1)
            #expect(session.sandbox.callCount("GET /programs") == 100)
        }
    }

    @Test("a token refused with 401 is renewed once and the call is replayed, issuing once")
    func replayAfter401() async throws {
        try await SandboxSession.run { session in
            _ = try await session.client.programs()
            session.sandbox.revokeTokens()
            let answer = try await session.client.issue(SandboxSession.request("ref-401"))
            #expect(answer.totalPoints == 2000)
            #expect(session.sandbox.callCount("POST /auth/token") == 2)
            #expect(session.sandbox.callCount("POST /transactions") == 2)
            #expect(session.sandbox.transactions().count == 1)
        }
    }

    @Test("a fresh token that is refused ends the call after one replay, without effect")
    func refusedFreshToken() async throws {
        try await SandboxSession.run { session in
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(SandboxSession.request("ref-x", userID: "SIM-TOKEN-EXPIRED"))
            }
            #expect(error?.reason == .tokenRefused)
            #expect(error?.outcome == .notApplied)
            #expect(session.sandbox.callCount("POST /transactions") == 2)
        }
    }

    @Test("every encoding of the credentials is understood", arguments: CosmoTokenEncoding.allCases)
    func encodings(_ encoding: CosmoTokenEncoding) async throws {
        try await SandboxSession.run(client: { $0.tokenEncoding = encoding }) { session in
            session.sandbox.switches.strictGrantType = true
            let programs = try await session.client.programs()
            #expect(programs.count == 6)
        }
    }

    @Test("the encoding that the endpoint does not take is a token failure, definitely not sent")
    func wrongEncoding() async throws {
        try await SandboxSession.run { session in
            session.sandbox.switches.tokenEncoding = .json
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(SandboxSession.request("ref-1"))
            }
            #expect(error?.kind == .notSent)
            #expect(error?.reason == .credentialsRefused)
            #expect(error?.outcome == .notApplied)
            #expect(session.sandbox.callCount("POST /transactions") == 0)
        }
    }

    @Test("wrong credentials are definitely not sent, and the error shows no secret")
    func wrongCredentials() async throws {
        let secret = "hunter2-very-secret"
        try await SandboxSession.run(
            client: { $0.credentials = CosmoCredentials(clientID: "demo-client", clientSecret: secret) },
            { session in
                let error = await SandboxSession.failure { () async throws(CosmoError) in
                    try await session.client.issue(SandboxSession.request("ref-1"))
                }
                #expect(error?.kind == .notSent)
                #expect(error?.reason == .credentialsRefused)
                #expect(error?.description.contains(secret) == false)
                #expect("\(session.client.configuration)".contains(secret) == false)
                var dumped = ""
                dump(session.client.configuration, to: &dumped)
                #expect(dumped.contains(secret) == false)
            })
    }

    @Test("a token is renewed 60 seconds before its end, and lives 600 seconds when no lifetime is given")
    func renewal() async throws {
        let clock = Mutex(ContinuousClock().now)
        let fetches = Mutex(0)
        let kept = SharedFetch<String>(
            call: .token, now: { clock.withLock { $0 } },
            fetch: { () async throws(CosmoError) in
                let number = fetches.withLock { count in
                    count += 1
                    return count
                }
                return .init(value: "t\(number)", usableFor: .seconds(600) - .seconds(60))
            })
        let first = try await kept.value()
        clock.withLock { $0 += .seconds(539) }
        let stillFirst = try await kept.value()
        clock.withLock { $0 += .seconds(1) }
        let second = try await kept.value()
        #expect([first, stillFirst, second] == ["t1", "t1", "t2"])

        for omits in [false, true] {
            try await SandboxSession.run { session in
                session.sandbox.switches.omitsTokenLifetime = omits
                _ = try await session.client.programs()
                _ = try await session.client.programs()
                #expect(session.sandbox.callCount("POST /auth/token") == 1)
            }
        }
        try await SandboxSession.run { session in
            session.sandbox.switches.tokenLifetimeSeconds = 60
            _ = try await session.client.programs()
            _ = try await session.client.programs()
            #expect(session.sandbox.callCount("POST /auth/token") == 2)
        }
    }

    @Test("when the caller that fetches is cancelled, a waiting one takes over and nobody else fails")
    func handOver() async throws {
        let gate = AsyncStream<Void>.makeStream()
        let attempts = Mutex(0)
        let kept = SharedFetch<String>(call: .token) { () async throws(CosmoError) in
            let attempt = attempts.withLock { count in
                count += 1
                return count
            }
            guard attempt == 1 else { return .init(value: "second", usableFor: .seconds(60)) }
            for await _ in gate.stream {}
            throw CosmoError(call: .token, kind: .notSent, reason: .cancelled)
        }
        try await withThrowingTaskGroup(of: String?.self) { group in
            let leader = Task { try? await kept.value() }
            try await eventually("the first caller fetches") { attempts.withLock { $0 } == 1 }
            for _ in 0..<10 { group.addTask { try await kept.value() } }
            leader.cancel()
            for try await value in group { #expect(value == "second") }
            #expect(await leader.value == nil)
        }
        #expect(attempts.withLock { $0 } == 2)
    }
}
