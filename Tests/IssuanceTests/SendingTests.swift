import Cosmo
import CosmoSandbox
import PostgreSQL
import Rewards
import Synchronization
import TestSupport
import Testing

@testable import Issuance

/// Sending to the real sandbox and recording what came of it.
@Suite struct SendingTests {
    @Test("An issuance is accepted by the answer and confirmed by the webhook, by points and by value")
    func happyPath() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.earn("c2", "prg_cash", valueMicro: 12_345_000_000)
            try await stage.plan()
            try await stage.send()
            let accepted = try await stage.reads.issuances(status: .accepted).issuances
            #expect(accepted.map(\.sentValue) == [25, 123] && accepted.map(\.sentCurrency) == ["POINTS", "USD"])
            #expect(accepted.allSatisfy { $0.cosmoTransactionID != nil && $0.totalPoints != nil })
            for body in stage.webhookBodies {
                let outcome = try await stage.receive(body)
                guard case .confirmed = outcome else {
                    Issue.record("\(outcome)")
                    continue
                }
            }
            #expect(try await stage.count("status = 'confirmed' and settled_by = 'webhook'") == 2)
            let position = try await stage.reads.position(cardID: "c2", programID: "prg_cash").position
            #expect(position.issuedMicro == 12_300_000_000 && position.pendingMicro == 45_000_000)
            try await stage.checkBooks()
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("The reference and the first send are on disk before the call starts (I-6)")
    func persistedFirst() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let seen = Mutex<IssuanceRecord?>(nil)
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                let issuance = try? await stage.reads.issuance(request.referenceNumber)
                seen.withLock { $0 = issuance }
                return try await stage.cosmo.issue(request)
            }
            try await stage.send(stub)
            let issuance = try #require(seen.withLock { $0 })
            #expect(issuance.status == .sending && issuance.firstSentAt != nil && issuance.leaseID != nil)
            #expect(try await stage.theIssuance().status == .accepted)
        }
    }

    @Test(
        "A refusal for good parks the issuance, gives its quantity back and blocks the position until a retry",
        arguments: [
            "SIM-INVALID-MEMBER", "SIM-NO-PARTNERSHIP", "SIM-BAD-PROGRAM", "SIM-POINTS-LIMIT", "SIM-MISSING-FIELD",
        ])
    func refused(member: String) async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25, member: member)
            try await stage.plan()
            try await stage.send()
            let parked = try await stage.theIssuance()
            #expect(parked.status == .parked && parked.settledBy == .refusal && parked.reason?.isEmpty == false)
            let blocked = try await stage.reads.position(cardID: "c1", programID: "prg_stay")
            #expect(blocked.position.pendingMicro == 25_000_000 && blocked.blockedReason == parked.reason)
            #expect(blocked.blockedBy == parked.referenceNumber)
            try await stage.earn("c1", "prg_stay", points: 1, member: "M-good")
            try await stage.plan()
            #expect(try await stage.count("true") == 1, "nothing more is planned while it is blocked")

            let retry = RetryIssuance(pool: stage.pool, now: stage.clock.now)
            for unknown in ["mb-none", "mb-\0"] {
                let error = await #expect(throws: IssuanceError.self) {
                    try await retry(referenceNumber: unknown)
                }
                #expect(error?.reason == .unknownIssuance)
            }
            _ = try await retry(referenceNumber: parked.referenceNumber)
            _ = try await retry(referenceNumber: parked.referenceNumber)
            try await stage.plan()
            try await stage.send()
            let issuances = try await stage.reads.issuances().issuances
            #expect(issuances.map(\.status) == [.parked, .accepted] && issuances[1].sentValue == 26)
            #expect(issuances[0].referenceNumber != issuances[1].referenceNumber)
            try await stage.checkBooks()
            let error = await #expect(throws: IssuanceError.self) {
                _ = try await retry(referenceNumber: issuances[1].referenceNumber)
            }
            #expect(error?.reason == .wrongStatus)
        }
    }

    @Test("A pause also holds what was planned before it, and nothing of another program")
    func paused() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.earn("c1", "prg_fuel", points: 30)
            try await stage.plan()
            stage.setTerms("prg_stay", ProgramTerms(isPaused: true))
            let sender = stage.sender()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await eventually("the other program's issuance is sent") {
                    try await stage.count("program_id = 'prg_fuel' and status = 'accepted'") == 1
                }
                sender.stop()
                try await group.waitForAll()
            }
            #expect(try await stage.count("program_id = 'prg_stay' and status = 'planned' and attempts = 0") == 1)
            #expect(stage.sandbox.transactions().count == 1)

            stage.setTerms("prg_stay", ProgramTerms())
            try await stage.send()
            #expect(try await stage.count("status = 'accepted'") == 2)
            try await stage.checkBooks()
            #expect(stage.sandbox.transactions().count == 2)
        }
    }

    @Test("A changed account lifts the block of a refusal")
    func accountChanged() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25, member: "SIM-INVALID-MEMBER")
            try await stage.plan()
            try await stage.send()
            let key = DestinationKey(cardID: "c1", programID: "prg_stay")
            stage.destinations.withLock { $0[key]?.account = CosmoAccount(userID: "M-new") }
            for changed in [false, true] {
                let statement = PositionStore().planAgain(
                    cardID: "c1", programID: "prg_stay", accountChanged: changed, at: stage.clock.now())[0]
                _ = try await stage.pool.query(statement.sql, statement.parameters)
                try await stage.plan()
                #expect(try await stage.count("true") == (changed ? 2 : 1))
            }
            try await stage.send()
            #expect(stage.sandbox.balances().map(\.accountKey) == ["M-new"])
        }
    }

    @Test("What was certainly not sent waits and is sent again under the same reference")
    func notSent() async throws {
        try await Stage.with { stage in
            stage.sandbox.setFaults([SandboxFault(.error500Before, calls: [.token], count: 1)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let reference = try await stage.theIssuance().referenceNumber
            let sender = stage.sender()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await eventually("the first try fails") {
                    try await stage.count("attempts = 1 and lease_id is null") == 1
                }
                let waiting = try await stage.theIssuance()
                #expect(waiting.status == .planned && waiting.reason?.hasPrefix("COSMO_") == true)
                stage.clock.advance(.seconds(5))
                sender.wake()
                try await eventually("the second try is accepted") { try await stage.count("status = 'accepted'") == 1 }
                sender.stop()
                try await group.waitForAll()
            }
            let issuance = try await stage.theIssuance()
            #expect(issuance.referenceNumber == reference && issuance.attempts == 2 && issuance.reads == 0)
            #expect(stage.sandbox.transactions().count == 1)
            try await stage.checkBooks()
        }
    }

    @Test(
        "A call that is not let in with a fresh token either refuses no issuance: it is tried again, five times at most"
    )
    func notLetIn() async throws {
        try await Stage.with { stage in
            func outcome(attempts: Int) -> SendOutcome {
                var issuance = IssuanceMachineTests.issue(.sending)
                issuance.attempts = attempts
                return SendOutcome(
                    CosmoError(call: .issuance, kind: .refused, reason: .tokenRefused, status: 401),
                    issuance: issuance,
                    lease: "lease", at: stage.clock.now(), configuration: stage.configuration)
            }
            #expect(outcome(attempts: 1).label == "not_sent" && outcome(attempts: 1).health != .answered)
            #expect(outcome(attempts: stage.configuration.settlement.sendsMax).label == "refused")

            try await stage.earn("c1", "prg_stay", points: 25, member: "SIM-TOKEN-EXPIRED")
            try await stage.plan()
            let sender = stage.sender()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await eventually("the call was tried") {
                    try await stage.count("attempts = 1 and lease_id is null") == 1
                }
                sender.stop()
                try await group.waitForAll()
            }
            #expect(try await stage.theIssuance().status == .planned)
            #expect(stage.cosmo.health.outage?.reason == .tokenRefused)
        }
    }

    @Test("429 is an unknown outcome by default, and a late try when it is configured to prove nothing was issued")
    func rateLimited() async throws {
        for provesNothing in [false, true] {
            try await Stage.with(cosmo: { $0.rateLimitedIssuanceIsNotApplied = provesNothing }) { stage in
                stage.sandbox.setFaults([SandboxFault(.rateLimited, retryAfterSeconds: 40)])
                try await stage.earn("c1", "prg_stay", points: 25)
                try await stage.plan()
                let before = stage.clock.now()
                try await stage.send()
                let issuance = try await stage.theIssuance()
                #expect(issuance.status == (provesNothing ? .planned : .unknown))
                let wait = try #require(issuance.dueAt).duration(since: before)
                #expect(wait >= .seconds(39), "Retry-After is honoured")
                try await stage.checkBooks()
            }
        }
    }

    @Test("Senders at once send each issuance once")
    func concurrentSenders() async throws {
        try await Stage.with { stage in
            for card in 0..<80 { try await stage.earn("c\(card)", card % 2 == 0 ? "prg_stay" : "prg_fuel", points: 20) }
            try await stage.plan()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { try await stage.send() } }
                try await group.waitForAll()
            }
            #expect(try await stage.count("status = 'accepted' and attempts = 1") == 80)
            let references = stage.sandbox.transactions().map(\.referenceNumber)
            #expect(references.count == 80 && Set(references).count == 80)
            try await stage.checkBooks()
        }
    }

    @Test("A program never has more calls under way than its cap")
    func cap() async throws {
        try await Stage.with(issuance: { $0.concurrentSendsPerProgramMax = 3 }) { stage in
            for card in 0..<20 { try await stage.earn("c\(card)", "prg_stay", points: 1) }
            try await stage.plan()
            let calls = Mutex((current: 0, most: 0))
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                calls.withLock {
                    $0.current += 1
                    $0.most = max($0.most, $0.current)
                }
                defer { calls.withLock { $0.current -= 1 } }
                return try await stage.cosmo.issue(request)
            }
            try await stage.send(stub)
            #expect(calls.withLock { $0.most } <= 3)
            #expect(stage.sandbox.transactions().count == 20)
        }
    }

    @Test("A stopped sender finishes the call under way, writes what came of it and starts no other")
    func gracefulStop() async throws {
        try await Stage.with(issuance: { $0.concurrentSendsMax = 1 }) { stage in
            for card in 0..<4 { try await stage.earn("c\(card)", "prg_stay", points: 1) }
            try await stage.plan()
            let (called, isCalled) = AsyncStream.makeStream(of: Void.self)
            let (released, release) = AsyncStream.makeStream(of: Void.self)
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                let answer = try await stage.cosmo.issue(request)
                isCalled.yield()
                for await _ in released {}
                return answer
            }
            let sender = stage.sender(stub)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                for await _ in called { break }
                #expect(sender.callsInFlight == 1)
                sender.stop()
                release.finish()
                try await group.waitForAll()
            }
            #expect(sender.callsInFlight == 0)
            #expect(try await stage.count("status = 'accepted'") == 1)
            #expect(try await stage.count("status = 'planned' and attempts = 0") == 3)
        }
    }

    @Test(
        "A sender that dies between claim and answer leaves an unknown outcome that reads settle",
        arguments: [true, false])
    func crash(afterCommit: Bool) async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let (called, isCalled) = AsyncStream.makeStream(of: Void.self)
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                if afterCommit { _ = try await stage.cosmo.issue(request) }
                isCalled.yield()
                // The answer never arrives: the call ends with its process.
                for await _ in AsyncStream<Void>(unfolding: { try? await Task.sleep(for: .seconds(60)) }) {}
                throw CosmoError(call: .issuance, kind: .unknown, reason: .cancelled)
            }
            let sender = stage.sender(stub)
            let dying = Task { try await sender.run() }
            for await _ in called { break }
            dying.cancel()
            _ = await dying.result
            #expect(try await stage.theIssuance().status == .sending)
            try await stage.resolve()
            #expect(try await stage.theIssuance().status == .sending, "the lease still holds")

            stage.clock.advance(.seconds(91))
            _ = try await stage.resolver().resolveDue()
            let unknown = try await stage.theIssuance()
            #expect(unknown.status == .unknown && unknown.reason == "LEASE_EXPIRED")
            try await stage.checkBooks()
            for _ in 0..<8 {
                stage.clock.advance(.seconds(120))
                try await stage.resolve()
                try await stage.send()
            }
            let end = try await stage.theIssuance()
            #expect(end.status == .confirmed && end.settledBy == .read)
            #expect(end.attempts == (afterCommit ? 1 : 2))
            try await stage.checkAgainstSandbox()
            try await stage.checkBooks()
        }
    }
}
