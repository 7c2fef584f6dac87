import Cosmo
import CosmoSandbox
import Foundation
import PostgreSQL
import Rewards
import Synchronization
import TestSupport
import Testing

@testable import Issuance

/// Recoveries where something else goes wrong as well: an odd listing, a wrong clock, a call under way, an older
/// release.
@Suite struct RecoveryEdgeTests {
    private static func issuedAtCosmo(_ stage: Stage) -> Int64 {
        stage.sandbox.transactions().reduce(0) { $0 + $1.value }
    }

    @Test(
        "An issuance whose lease was lost and that Cosmo has not finished is read later, and never sent again",
        arguments: ["pending", "without a value"])
    func listedButNotFinished(how: String) async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.plan()
            let reference = try await stage.theIssuance().referenceNumber
            try await stage.save()
            let calls = Mutex(0)
            let stub = StubCosmo(
                stage.cosmo,
                onIssuance: { request throws(CosmoError) in
                    calls.withLock { $0 += 1 }
                    return try await stage.cosmo.issue(request)
                },
                onList: { _, _ throws(CosmoError) in
                    var listed = CosmoTransaction(
                        id: "tx_1", referenceNumber: reference, value: 30, programID: "prg_stay")
                    if how == "pending" { listed.status = "PENDING" } else { listed.value = nil }
                    return [listed]
                })
            try await stage.send(stub)
            try await stage.lose()
            try await stage.recover(stub)
            #expect(try await stage.reads.openRecovery() == nil)
            try await stage.send(stub)
            #expect(calls.withLock { $0 } == 1, "sent again")
            let issuance = try await stage.theIssuance()
            #expect(
                issuance.status == .unknown && issuance.dueAt != nil && issuance.attempts == 1
                    && issuance.lastSentAt != nil)
            try await stage.checkBooks()
        }
    }

    @Test("A comparison that takes longer than the gap is made to its end")
    func longComparison() async throws {
        try await Stage.with(issuance: { $0.recoveryGap = .seconds(60) }) { stage in
            try await stage.recoveryWorker().step()
            let fence = IssuingFence(configuration: stage.configuration, logger: Stage.logger)
            let stub = StubCosmo(
                stage.cosmo,
                onList: { _, _ throws(CosmoError) in
                    // Each listing takes two seconds, and a sender looks meanwhile.
                    stage.clock.advance(.seconds(2))
                    _ = try? await stage.pool.withTransaction { try await fence.isUp(at: stage.clock.now(), on: $0) }
                    return []
                })
            _ = try await stage.recoveryDesk.begin(
                since: stage.clock.now().advanced(by: .seconds(-86_400)), reason: "last night's backup", by: "ops")
            try await stage.recoveryWorker(stub).step()
            #expect(try await stage.reads.recovery().comparedAt != nil)
            #expect(try await stage.reads.recovery().detail == "last night's backup")
        }
    }

    @Test("Heartbeats go on while a comparison is made")
    func heartbeats() async throws {
        try await Stage.with(issuance: {
            $0.heartbeatInterval = .milliseconds(5)
            $0.recoveryPollInterval = .milliseconds(5)
        }) { stage in
            let listing = Mutex(false)
            let stub = StubCosmo(
                stage.cosmo,
                onList: { _, _ throws(CosmoError) in
                    listing.withLock { $0 = true }
                    try? await Task.sleep(for: .seconds(600))
                    return []
                })
            try await stage.recoveryWorker().step()
            _ = try await stage.recoveryDesk.begin(since: stage.clock.now(), reason: "drill", by: "ops")
            let worker = stage.recoveryWorker(stub)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await worker.run() }
                try await eventually("the listing is under way") { listing.withLock { $0 } }
                let seen = try await Self.seenAt(stage)
                try await eventually("another heartbeat") { try await Self.seenAt(stage) > seen }
                group.cancelAll()
            }
        }
    }

    private static func seenAt(_ stage: Stage) async throws -> PostgresTimestamp {
        try await stage.pool.query("select seen_at from server_identity")[0].get("seen_at")
    }

    @Test("Two ids that begin alike are two transactions, and a long one is adopted")
    func longIDs() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            try await stage.earn("c1", "prg_stay", points: 30)
            let key = PositionKey(cardID: "c1", programID: "prg_stay", unit: .points)
            let prefix = String(repeating: "x", count: 80)
            let listed = ["1", "2"].map {
                CosmoTransaction(
                    id: prefix + $0, referenceNumber: ReferenceNumber.random(key), value: 3, programID: "prg_stay")
            }
            let stub = StubCosmo(stage.cosmo, onList: { _, _ throws(CosmoError) in listed })
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recover(stub)
            let recovery = try await stage.reads.recovery()
            #expect(recovery.failure == nil && recovery.adoptedCount == 2 && recovery.endedBy == "comparison")
        }
    }

    @Test("After a gap, too, a comparison counts only when no call can be under way")
    func callUnderWayAfterAGap() async throws {
        try await Stage.with(issuance: { $0.recoveryGap = .seconds(60) }) { stage in
            let worker = stage.recoveryWorker()
            try await worker.step()
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.save()
            try await stage.plan()
            let reference = try await stage.theIssuance().referenceNumber
            stage.clock.advance(.seconds(70))
            try await stage.lose("seen_at = seen_at")
            try await worker.step()
            #expect(try await stage.reads.openRecovery()?.cause == .gap)
            // A call of the instance that lost its database reaches Cosmo only now.
            _ = try await stage.cosmo.issue(
                CosmoIssuanceRequest(
                    programID: "prg_stay", value: 30, currency: "POINTS", account: CosmoAccount(userID: "M-c1"),
                    referenceNumber: reference))
            try await stage.recover()
            #expect(try await stage.reads.openRecovery() == nil)
            try await stage.plan()
            try await stage.send()
            #expect(Self.issuedAtCosmo(stage) == 30, "issued twice")
        }
    }

    @Test("A backup from before heartbeats were written is noticed by its issuances; books without any are new")
    func backupOfAnOlderRelease() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 20)
            try await stage.plan()
            try await stage.recoveryWorker().step()
            #expect(try await stage.reads.openRecovery() == nil)
            try await stage.send()
            try await stage.earn("c2", "prg_stay", points: 30)
            try await stage.save()
            try await stage.plan()
            try await stage.send()
            try await stage.lose()
            _ = try await stage.pool.query("delete from server_identity")
            stage.clock.advance(.seconds(3_600))
            try await stage.recover()
            let recovery = try await stage.reads.recovery()
            #expect(recovery.cause == .gap && recovery.adoptedCount == 1 && recovery.endedBy == "comparison")
            try await stage.plan()
            try await stage.send()
            #expect(Self.issuedAtCosmo(stage) == 50, "issued twice")
        }
    }

    @Test("What one listing lacks stays unexplained")
    func listingThatLags() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            let lags = Mutex(false)
            let listed = CosmoTransaction(
                id: "tx_old", referenceNumber: "mb-" + String(repeating: "a", count: 26), value: 30,
                programID: "prg_stay")
            let stub = StubCosmo(
                stage.cosmo, onList: { _, _ throws(CosmoError) in lags.withLock { $0 } ? [] : [listed] })
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recoveryWorker(stub).step()
            #expect(try await stage.reads.recovery().openCount == 1)
            lags.withLock { $0 = true }
            try await stage.recover(stub)
            #expect(try await stage.reads.openRecovery()?.openCount == 1)
        }
    }

    @Test("A heartbeat by a clock that was ahead hides nothing")
    func clockAhead() async throws {
        try await Stage.with { stage in
            let fence = IssuingFence(configuration: stage.configuration, logger: Stage.logger)
            _ = try await stage.pool.withTransaction {
                try await fence.isUp(
                    at: stage.clock.now().advanced(by: .seconds(86_400)), writesHeartbeat: true, on: $0)
            }
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.save()
            try await stage.plan()
            try await stage.send()
            stage.clock.advance(.seconds(3_600))
            try await stage.lose()
            try await stage.recover()
            #expect(try await stage.reads.recovery().adoptedCount == 1)
            // And the next heartbeat of a right clock replaces it.
            try await stage.save()
            _ = try await stage.pool.query("update server_identity set seen_at = seen_at + interval '1 day'")
            try await stage.recoveryWorker().step()
            #expect(try await Self.seenAt(stage) <= stage.clock.now())
            try await stage.plan()
            try await stage.send()
            #expect(Self.issuedAtCosmo(stage) == 30, "issued twice")
        }
    }

    @Test("What may be an open issuance of the same value is not adopted beside it")
    func openIssuance() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            try await stage.earn("c1", "prg_stay", points: 60)
            try await stage.plan()
            let lost = StubCosmo(
                stage.cosmo,
                onIssuance: { request throws(CosmoError) in
                    _ = try await stage.cosmo.issue(request)
                    throw CosmoError(call: .issuance, kind: .unknown, reason: .serverError)
                })
            try await stage.send(lost)
            let unknown = try await stage.theIssuance()
            #expect(unknown.status == .unknown)
            @Sendable func bare(_ transaction: CosmoTransaction) -> CosmoTransaction {
                var transaction = transaction
                transaction.referenceNumber = nil
                return transaction
            }
            let known = try await stage.cosmo.transaction(unknown.referenceNumber).map(bare)
            let stub = StubCosmo(
                stage.cosmo, onRead: { $0 == known?.id ? known : nil },
                onIssuance: { request throws(CosmoError) in try await stage.cosmo.issue(request) },
                onList: { _, _ throws(CosmoError) in known.map { [$0] } ?? [] })
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recover(stub)
            let finding = try #require(try await stage.reads.recovery().findings.first)
            #expect(finding.reason == .unproven && finding.isOpen)
            let error = await #expect(throws: IssuanceError.self) {
                _ = try await stage.adopt(stub)(finding.transactionID, cardID: "c1", evidence: "portal", by: "ops")
            }
            #expect(error?.reason == .mayBeOpenIssuance && error?.message.contains(unknown.referenceNumber) == true)
            // As the message says: the open issuance is settled with the transaction, which explains the finding.
            _ = try await ResolveIssuance(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)(
                referenceNumber: unknown.referenceNumber, outcome: .issued, evidence: "portal",
                transactionID: finding.transactionID, by: "ops")
            try await stage.recoveryWorker(stub).step()
            #expect(try await stage.reads.openRecovery() == nil)
            try await stage.checkBooks()
        }
    }

    @Test("A refund that pending points had covered is no leave to write off what a lost spend left issued")
    func writeOffAfterRefund() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            try await stage.earn("c1", "prg_stay", points: 100)
            try await stage.clawBack("c1", "prg_stay", points: 100)
            try await stage.save()
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.plan()
            try await stage.send()
            try await stage.lose()
            try await stage.recover()
            let writeOff = WriteOffDebt(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
            let error = await #expect(throws: IssuanceError.self) {
                _ = try await writeOff(
                    .init(cardID: "c1", programID: "prg_stay", reason: "closed", requestID: "w1"), by: "ops")
            }
            #expect(error?.reason == .noDebt)
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.plan()
            try await stage.send()
            #expect(Self.issuedAtCosmo(stage) == 30, "issued twice")
            // Once the spend is there, a refund's debt can be given up again.
            try await stage.clawBack("c1", "prg_stay", points: 30)
            let position = try await writeOff(
                .init(
                    cardID: "c1", programID: "prg_stay", reason: "closed", requestID: "w1", lostSpendsAreSettled: true),
                by: "ops")
            #expect(position.position.writtenOffMicro == 30_000_000 && position.position.debtMicro == 0)
            try await stage.checkDebts()
        }
    }

    @Test("An answer for an issuance that the books have lost begins a recovery, which adopts it")
    func answerForALostIssuance() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.save()
            try await stage.plan()
            let stub = StubCosmo(
                stage.cosmo,
                onIssuance: { request throws(CosmoError) in
                    let answer = try await stage.cosmo.issue(request)
                    // The books are replaced while the call is under way, and nothing else shows it.
                    try? await stage.lose("seen_at = seen_at")
                    return answer
                })
            try await stage.send(stub)
            let open = try #require(try await stage.reads.openRecovery())
            #expect(open.cause == .gap && open.detail.contains("is not in the books"))
            try await stage.recover()
            #expect(try await stage.reads.recovery().adoptedCount == 1)
            try await stage.plan()
            try await stage.send()
            #expect(Self.issuedAtCosmo(stage) == 30, "issued twice")
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("A damaged row keeps no other from being recovered, and the recovery open until it is mended")
    func damagedRow() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            for card in ["c1", "c2"] { try await stage.earn(card, "prg_stay", points: 30) }
            try await stage.plan()
            try await stage.save()
            try await stage.send()
            try await stage.lose()
            // What Cosmo reports would leave the position below zero.
            _ = try await stage.pool.query("update positions set in_flight_micro = 0 where card_id = 'c1'")
            try await stage.recover()
            let open = try #require(try await stage.reads.openRecovery())
            let findings = try await stage.reads.recovery().findings
            #expect(open.openCount == 1 && findings.map(\.reason) == [.refusedByDatabase])
            #expect(try await stage.count("card_id = 'c2' and status = 'confirmed'") == 1)
            _ = try await stage.pool.query("update positions set in_flight_micro = 30000000 where card_id = 'c1'")
            _ = try await stage.recoveryDesk.compare()
            try await stage.recoveryWorker().step()
            #expect(try await stage.reads.openRecovery() == nil)
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("A slice that is too large is asked for in parts")
    func largeSlices() async throws {
        try await Stage.with { stage in
            let start = stage.clock.now().microsecondsSinceEpoch / 1_000_000
            try await stage.earn("c1", "prg_stay", points: 5)
            let key = PositionKey(cardID: "c1", programID: "prg_stay", unit: .points)
            let listed = CosmoTransaction(
                id: "tx_1", referenceNumber: ReferenceNumber.random(key), value: 5, programID: "prg_stay")
            let stub = StubCosmo(
                stage.cosmo,
                onList: { from, to throws(CosmoError) in
                    guard to - from <= 100 else {
                        throw CosmoError(call: .transactions, kind: .malformedAnswer, reason: .answerTooLarge)
                    }
                    return (from...to).contains(start) ? [listed] : []
                })
            try await stage.recoveryWorker(stub).step()
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recover(stub)
            let recovery = try await stage.reads.recovery()
            #expect(recovery.failure == nil && recovery.adoptedCount == 1 && recovery.endedBy == "comparison")
        }
    }

    @Test("A long Retry-After moves the next comparison instead of holding the worker")
    func longRetryAfter() async throws {
        try await Stage.with { stage in
            let stub = StubCosmo(
                stage.cosmo,
                onList: { _, _ throws(CosmoError) in
                    throw CosmoError(
                        call: .transactions, kind: .rateLimited, reason: .rateLimited, retryAfter: .seconds(3_600))
                })
            try await stage.recoveryWorker(stub).step()
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recoveryWorker(stub).step()
            let open = try #require(try await stage.reads.openRecovery())
            #expect(open.failure != nil)
            let due: PostgresTimestamp = try await stage.pool.query("select compare_at from recoveries")[0].value()
            #expect(due > stage.clock.now().advanced(by: .seconds(3_000)))
        }
    }

    @Test("A reference number that no card fits costs a bounded search, and others are found beside it")
    func search() async throws {
        try await Stage.with { stage in
            let mine = PositionKey(cardID: "card-4321", programID: "prg_stay", unit: .value)
            let stray = PositionKey(cardID: "elsewhere", programID: "prg_stay", unit: .points)
            let references = [ReferenceNumber.random(mine), ReferenceNumber.random(stray)]
            let pages = Mutex(0)
            let all = (0..<5_000).map { "card-\($0 + 1_000)" }
            let directory = CardDirectory(
                ids: { _, linkedTo, after, limit in
                    pages.withLock { $0 += 1 }
                    let cards = linkedTo == nil ? all : Array(all.prefix(1_000))
                    return Array(cards.filter { $0 > after ?? "" }.prefix(limit))
                }, currency: { _, _ in "USD" }, destinations: { _, keys in keys.map { _ in nil } })
            let found = try await directory.positions(of: references, programID: "prg_stay", in: stage.pool)
            #expect(found == [references[0]: mine])
            #expect(pages.withLock { $0 } == 2)
        }
    }
}
