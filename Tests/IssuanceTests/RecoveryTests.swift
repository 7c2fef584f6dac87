import Cosmo
import CosmoSandbox
import Foundation
import PostgreSQL
import Rewards
import Synchronization
import TestSupport
import Testing

@testable import Issuance

/// What happens after a failover or a restore that lost issuances which Cosmo has.
@Suite struct RecoveryTests {
    private static func reason(_ body: () async throws -> Void) async -> IssuanceError.Reason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? IssuanceError)?.reason
        }
    }

    /// Issuances that are sent and confirmed, with a heartbeat before.
    private static func issue(_ stage: Stage, _ cards: ClosedRange<Int>) async throws {
        for card in cards { try await stage.earn("c\(card)", "prg_stay", points: Int64(20 + card)) }
        try await stage.plan()
        try await stage.send()
        for body in stage.webhookBodies { try await stage.receive(body) }
    }

    private static func issuedAtCosmo(_ stage: Stage) -> Int64 {
        stage.sandbox.transactions().reduce(0) { $0 + $1.value }
    }

    @Test("What was issued and then lost is adopted, nothing is issued twice, and issuing goes on by itself")
    func lostIssuances() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            try await Self.issue(stage, 1...3)
            for card in 4...6 { try await stage.earn("c\(card)", "prg_stay", points: Int64(20 + card)) }
            try await stage.save()
            // Sent after the copy: c4 to c6 are issued at Cosmo, and the books forget it.
            try await stage.plan()
            try await stage.send()
            try await Self.issue(stage, 7...8)
            let issued = Self.issuedAtCosmo(stage)
            try await stage.lose()

            // The fence goes up by the sender's own look, before any worker noticed.
            try await stage.plan()
            let sender = stage.sender()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await eventually("the sender noticed") { try await stage.reads.openRecovery() != nil }
                sender.stop()
                try await group.waitForAll()
            }
            #expect(Self.issuedAtCosmo(stage) == issued)
            #expect(try await stage.reads.openRecovery()?.cause == .timeline)

            try await stage.recoveryWorker().step()
            let early = try #require(try await stage.reads.openRecovery())
            #expect(early.adoptedCount == 5 && early.openCount == 0 && early.endedAt == nil)
            try await stage.checkBooks()
            // c7 and c8 earned nothing that the books know of: their points are a debt until the spends come again.
            #expect(
                try await stage.reads.position(cardID: "c7", programID: "prg_stay").position.debtMicro == 27_000_000)

            try await stage.recover()
            let ended = try await stage.reads.recovery()
            #expect(ended.endedBy == "comparison" && ended.isCompared && ended.openCount == 0)
            #expect(
                ended.findings.count == 5 && ended.findings.allSatisfy { $0.adoptedAs != nil && $0.reason == .proven })
            #expect(ended.cosmoCount == 8 && ended.inBooksCount == 8)

            // The platforms send the lost spends again.
            for card in 7...8 { try await stage.earn("c\(card)", "prg_stay", points: Int64(20 + card)) }
            try await stage.plan()
            try await stage.send()
            #expect(Self.issuedAtCosmo(stage) == issued)
            try await stage.checkBooks()
            try await stage.checkDebts()
            try await stage.checkAgainstSandbox()
            #expect(try await stage.count("adopted_at is not null and settled_by = 'read'") == 5)
            // And what is earned now is issued.
            try await stage.earn("c7", "prg_stay", points: 50)
            try await stage.plan()
            try await stage.send()
            #expect(Self.issuedAtCosmo(stage) == issued + 50)
        }
    }

    @Test(
        "Each part of the server's identity is noticed when it changes, and only then",
        arguments: [
            ("timeline = '0000000A'", RecoveryCause.timeline), ("system_identifier = '42'", .server),
            ("database_oid = '7'", .database),
        ])
    func identity(change: String, cause: RecoveryCause) async throws {
        try await Stage.with { stage in
            let worker = stage.recoveryWorker()
            try await worker.step()
            try await worker.step()
            #expect(try await stage.reads.openRecovery() == nil)
            _ = try await stage.pool.query("update server_identity set \(change)")
            try await worker.step()
            let open = try #require(try await stage.reads.openRecovery())
            #expect(open.cause == cause && open.begunBy == nil)
            #expect(open.finalAt > open.compareUntil && open.compareUntil > open.begunAt)
            // The new server is known from now on: one change is one recovery.
            try await stage.recover()
            try await worker.step()
            #expect(try await stage.reads.openRecovery() == nil)
            #expect(try await stage.reads.recoveries().recoveries.count == 1)
        }
    }

    @Test("A part that the server does not show is not compared")
    func unreadableIdentity() {
        let full = ServerIdentity(systemIdentifier: "1", timeline: "00000001", databaseOID: "5")
        var blind = full
        blind.systemIdentifier = ""
        blind.timeline = ""
        #expect(blind.change(since: full) == nil && full.change(since: blind) == nil)
        blind.databaseOID = "6"
        #expect(blind.change(since: full)?.cause == .database)
        var promoted = full
        promoted.timeline = "00000002"
        #expect(promoted.change(since: full)?.cause == .timeline)
    }

    @Test("A user without any privilege beyond the tables reads the identity of the server")
    func ordinaryUser() async throws {
        try await Stage.with { stage in
            _ = try await stage.pool.query(
                "do $$ begin create role recovery_reader; exception when duplicate_object then null; end $$")
            try await stage.pool.withTransaction { connection in
                _ = try await connection.query(
                    "grant select on server_identity, recoveries, issuances to recovery_reader")
                _ = try await connection.query("set local role recovery_reader")
                let readable = try await connection.pipeline(RecoveryStore.readable.one)
                #expect(readable == .init(systemIdentifier: true, timeline: true))
                let look = try await connection.pipeline(RecoveryStore.look(readable).one)
                #expect(look.identity.timeline == "00000001" && !look.identity.systemIdentifier.isEmpty)
                let blind = try await connection.pipeline(
                    RecoveryStore.look(.init(systemIdentifier: false, timeline: false)).one)
                #expect(blind.identity.timeline.isEmpty && blind.identity.databaseOID == look.identity.databaseOID)
            }
        }
    }

    @Test("A time without heartbeats begins a recovery that ends by itself")
    func gap() async throws {
        try await Stage.with(issuance: { $0.recoveryGap = .seconds(60) }) { stage in
            let worker = stage.recoveryWorker()
            try await worker.step()
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.save()
            try await stage.plan()
            try await stage.send()
            try await stage.lose("seen_at = seen_at")
            stage.clock.advance(.seconds(30))
            try await worker.step()
            #expect(try await stage.reads.recoveries().recoveries.isEmpty)

            try await stage.save()
            stage.clock.advance(.seconds(61))
            try await worker.step()
            let open = try #require(try await stage.reads.openRecovery())
            #expect(open.cause == .gap && open.adoptedCount == 1 && open.finalAt > open.begunAt)
            try await stage.recover()
            #expect(try await stage.reads.recovery().endedBy == "comparison")
            try await stage.plan()
            try await stage.send()
            #expect(Self.issuedAtCosmo(stage) == 30)
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("A gap is no reason without a listing, and no change is one when recoveries are off")
    func switchedOff() async throws {
        try await Stage.with(issuance: {
            $0.recoveryGap = .seconds(60)
            $0.isIntervalLookupEnabled = false
        }) { stage in
            try await stage.recoveryWorker().step()
            stage.clock.advance(.seconds(3_600))
            try await stage.recoveryWorker().step()
            #expect(try await stage.reads.openRecovery() == nil)
            // Another timeline is, and only an operator ends it then.
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recover()
            #expect(try await stage.reads.openRecovery()?.comparedAt == nil)
        }
        try await Stage.with(issuance: { $0.isRecoveryEnabled = false }) { stage in
            try await stage.recoveryWorker().step()
            #expect(try await stage.pool.query("select 1 from server_identity").isEmpty)
            // What an operator begins still holds.
            _ = try await stage.recoveryDesk.begin(since: stage.clock.now(), reason: "drill", by: "ops")
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.plan()
            let sender = stage.sender()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await Task.sleep(for: .milliseconds(100))
                sender.stop()
                try await group.waitForAll()
            }
            #expect(stage.sandbox.transactions().isEmpty)
        }
    }

    @Test("What nothing proves waits for a person, who names the card; the wrong card is refused")
    func unproven() async throws {
        try await Stage.with { stage in
            let worker = stage.recoveryWorker()
            try await worker.step()
            try await stage.earn("c1", "prg_stay", points: 100, member: "M-shared")
            try await stage.earn("c2", "prg_stay", points: 100, member: "M-shared")
            try await stage.earn("c3", "prg_stay", points: 100)
            func issue(_ reference: String, _ value: Int64, _ member: String) async throws -> String {
                try await stage.cosmo.issue(
                    CosmoIssuanceRequest(
                        programID: "prg_stay", value: value, currency: "POINTS", account: CosmoAccount(userID: member),
                        referenceNumber: reference)
                ).id
            }
            let c2 = PositionKey(cardID: "c2", programID: "prg_stay", unit: .points)
            let shared = try await issue("mb-" + String(repeating: "a", count: 26), 20, "M-shared")
            let single = try await issue("mb-" + String(repeating: "b", count: 26), 21, "M-c3")
            let foreign = try await issue("travel-4711", 22, "M-c3")
            let stray = try await issue(
                ReferenceNumber.random(PositionKey(cardID: "gone", programID: "prg_stay", unit: .points)), 23, "M-c3")
            let proven = try await issue(ReferenceNumber.random(c2), 24, "M-shared")
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recover()

            let open = try await stage.reads.recovery()
            let byID = Dictionary(uniqueKeysWithValues: open.findings.map { ($0.transactionID, $0) })
            #expect(open.endedAt == nil && open.isCompared && open.openCount == 3 && open.adoptedCount == 1)
            #expect(byID[shared]?.reason == .unproven && byID[shared]?.cardID == nil)
            #expect(byID[single]?.reason == .unproven && byID[single]?.cardID == nil)
            #expect(byID[foreign] == nil && open.foreignCount == 1)
            #expect(byID[stray]?.reason == .noCard)
            #expect(byID[proven]?.adoptedAs != nil && byID[proven]?.cardID == "c2")
            #expect(open.findings.allSatisfy { !$0.detailJSON.contains("M-") })

            let adopt = stage.adopt()
            func refusal(_ transaction: String, _ card: String?, evidence: String = "portal") async
                -> IssuanceError.Reason?
            {
                await Self.reason { _ = try await adopt(transaction, cardID: card, evidence: evidence, by: "ops") }
            }
            #expect(await refusal(shared, nil) == .cardNotProven)
            #expect(await refusal(shared, "nobody") == .cardNotProven)
            #expect(await refusal(stray, "c3") == .cardDiffers)
            #expect(await refusal(stray, nil) == .cardNotProven)
            #expect(await refusal(proven, "c2") == .alreadyInBooks)
            #expect(await refusal("tx_nowhere", nil) == .unknownTransaction)
            #expect(await refusal(shared, "c1", evidence: " ") == .missingEvidence)
            #expect(await refusal("", nil) == .invalidArgument)
            try await stage.checkBooks()

            let adopted = try await adopt(shared, cardID: "c1", evidence: "portal, ticket 12", by: "ops")
            #expect(adopted.cardID == "c1" && adopted.status == .confirmed && adopted.evidenceBy == "ops")
            #expect(adopted.quantityMicro == 20_000_000 && adopted.adoptedAt != nil)
            #expect(await refusal(single, nil) == .cardNotProven)
            #expect(try await adopt(single, cardID: "c3", evidence: "portal", by: "ops").account.userID == "M-c3")
            #expect(await refusal(single, "c3") == .alreadyInBooks)
            // The card has earned nothing with this program, so nobody knows what the value counts.
            try await stage.earn("c4", "prg_fuel", points: 5)
            let unclear = try await issue("mb-" + String(repeating: "c", count: 26), 5, "M-c4")
            #expect(await refusal(unclear, "c4") == .cardNotProven)
            #expect(
                try await adopt(unclear, cardID: "c4", unit: .points, evidence: "portal", by: "ops").unit == .points)

            let desk = stage.recoveryDesk
            #expect(
                await Self.reason { _ = try await desk.end(evidence: "x", force: false, by: "ops") }
                    == .recoveryFindingsOpen)
            #expect(
                await Self.reason { _ = try await desk.end(evidence: "", force: true, by: "ops") } == .missingEvidence)
            let ended = try await desk.end(evidence: "the stray one is a test of ours", force: true, by: "ops")
            #expect(ended.endedBy == "ops" && ended.openCount == 1 && ended.evidence != nil)
            #expect(
                await Self.reason { _ = try await desk.end(evidence: "x", force: true, by: "ops") } == .unknownRecovery)
            #expect(await Self.reason { _ = try await desk.compare() } == .unknownRecovery)
            try await stage.checkBooks()
            try await stage.checkDebts()
        }
    }

    @Test("A transaction that Cosmo has not completed is not adopted, and one that failed is nobody's")
    func unfinished() async throws {
        try await Stage.with { stage in
            let start = stage.clock.now().microsecondsSinceEpoch / 1_000_000
            try await stage.earn("c1", "prg_stay", points: 100)
            func transaction(_ id: String, _ change: (inout CosmoTransaction) -> Void) -> CosmoTransaction {
                let key = PositionKey(cardID: "c1", programID: "prg_stay", unit: .points)
                var transaction = CosmoTransaction(
                    id: id, referenceNumber: ReferenceNumber.random(key), value: 5, currency: "POINTS",
                    programID: "prg_stay", account: CosmoAccount(userID: "M-c1"))
                change(&transaction)
                return transaction
            }
            let listed = [
                transaction("tx_pending") { $0.status = "PENDING" }, transaction("tx_failed") { $0.status = "FAILED" },
                transaction("tx_odd") { $0.status = "SIDEWAYS" }, transaction("tx_valueless") { $0.value = nil },
                transaction("tx_huge") { $0.value = Decimal(Int64.max) }, transaction("tx_zero") { $0.value = 0 },
                transaction("tx_part") { $0.value = Decimal(string: "1.5") },
                transaction("tx_bare") {
                    $0.account = nil
                    $0.currency = nil
                },
                transaction("tx_dollars") { $0.currency = "dollars" }, transaction("tx_euros") { $0.currency = "EUR" },
                transaction("tx_nameless") { $0.referenceNumber = nil },
            ]
            let stub = StubCosmo(
                stage.cosmo, onList: { from, to throws(CosmoError) in (from...to).contains(start) ? listed : [] })
            try await stage.recoveryWorker(stub).step()
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recover(stub)
            let open = try await stage.reads.recovery()
            let reasons = Dictionary(uniqueKeysWithValues: open.findings.map { ($0.transactionID, $0.reason) })
            #expect(
                reasons == [
                    "tx_pending": .notCompleted, "tx_failed": .failed, "tx_odd": .notCompleted,
                    "tx_valueless": .incomplete, "tx_huge": .proven, "tx_zero": .incomplete, "tx_part": .incomplete,
                    "tx_bare": .proven, "tx_dollars": .incomplete, "tx_euros": .proven, "tx_nameless": .unproven,
                ])
            // The huge one would not fit a position, and euros are not what points are counted in: neither is booked.
            #expect(open.openCount == 9 && open.adoptedCount == 1)
            let bare = try await stage.theIssuance()
            #expect(
                bare.cosmoTransactionID == "tx_bare" && bare.account.userID == "M-c1" && bare.sentCurrency == "POINTS")
            try await stage.checkBooks()
        }
    }

    @Test("Value is adopted in the configured unit, and an unlisted reference gets one of ours")
    func values() throws {
        let linked = CosmoAccount(userID: "M-c1")
        for (unit, micro) in [(CosmoValueUnit.major, Int64(700_000_000)), (.minor, 7_000_000)] {
            let key = PositionKey(cardID: "c1", programID: "prg_cash", unit: .value)
            let reported = try #require(
                ReportedIssuance(
                    CosmoTransaction(
                        id: "tx_1", referenceNumber: ReferenceNumber.random(key), value: 7, programID: "prg_cash")))
            #expect(reported.isProvable && reported.unit == nil)
            let order = try #require(reported.order(for: key, currencyCode: "USD", linked: linked, valueUnit: unit))
            #expect(order.planned.quantityMicro == micro && order.planned.sentCurrency == "USD")
            #expect(order.planned.account == linked)
            let points = PositionKey(cardID: "c1", programID: "prg_cash", unit: .points)
            #expect(
                reported.order(for: points, currencyCode: "USD", linked: nil, valueUnit: unit)?.planned.quantityMicro
                    == 7_000_000)
        }
        let odd = CosmoTransaction(
            id: "tx_2", referenceNumber: "not a reference", value: 7, currency: "POINTS", programID: "prg_stay")
        let reported = try #require(ReportedIssuance(odd))
        let key = PositionKey(cardID: "c1", programID: "prg_stay", unit: .points)
        let order = try #require(reported.order(for: key, currencyCode: "USD", linked: nil, valueUnit: .major))
        #expect(!reported.isProvable && order.facts.referenceNumber == nil && order.planned.account.isEmpty)
        #expect(ReferenceNumber.isOf(key, order.planned.referenceNumber))
        let cash = PositionKey(cardID: "c1", programID: "prg_stay", unit: .value)
        #expect(reported.order(for: cash, currencyCode: "USD", linked: nil, valueUnit: .major) == nil)
    }

    @Test("A listing that fails keeps the fence up; the recovery shows why and is compared again")
    func failingListing() async throws {
        try await Stage.with(issuance: {
            $0.reconciliationTriesMax = 1
            $0.recoveryRetryAfter = .seconds(30)
        }) { stage in
            let fails = Mutex(true)
            let stub = StubCosmo(
                stage.cosmo,
                onList: { _, _ throws(CosmoError) in
                    if fails.withLock({ $0 }) {
                        throw CosmoError(call: .transactions, kind: .unknown, reason: .serverError)
                    }
                    return []
                })
            try await stage.recoveryWorker(stub).step()
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await stage.recover(stub)
            let open = try #require(try await stage.reads.openRecovery())
            #expect(open.failure == CosmoError.Reason.serverError.rawValue && open.comparedAt == nil)
            #expect(
                await Self.reason { _ = try await stage.recoveryDesk.end(evidence: "x", force: false, by: "ops") }
                    == .recoveryNotCompared)
            fails.withLock { $0 = false }
            _ = try await stage.recoveryDesk.compare()
            try await stage.recoveryWorker(stub).step()
            #expect(try await stage.reads.recovery().endedBy == "comparison")
        }
    }

    @Test("A comparison that began too early does not end the recovery: a call may still have been under way")
    func tooEarly() async throws {
        try await Stage.with { stage in
            let worker = stage.recoveryWorker()
            try await worker.step()
            try await stage.earn("c1", "prg_stay", points: 30)
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await worker.step()
            #expect(try await stage.reads.openRecovery()?.comparedAt != nil)
            // A sender of the old server had its call under way all the time.
            let key = PositionKey(cardID: "c1", programID: "prg_stay", unit: .points)
            _ = try await stage.cosmo.issue(
                CosmoIssuanceRequest(
                    programID: "prg_stay", value: 30, currency: "POINTS", account: CosmoAccount(userID: "M-c1"),
                    referenceNumber: ReferenceNumber.random(key)))
            stage.clock.advance(.seconds(30))
            try await worker.step()
            #expect(try await stage.reads.openRecovery() != nil)
            try await stage.recover()
            #expect(try await stage.reads.openRecovery() == nil)
            try await stage.plan()
            #expect(try await stage.count("status = 'planned'") == 0)
            #expect(Self.issuedAtCosmo(stage) == 30)
        }
    }

    @Test("A second failover, and an operator, extend the recovery that is open")
    func extended() async throws {
        try await Stage.with { stage in
            let worker = stage.recoveryWorker()
            try await worker.step()
            _ = try await stage.pool.query("update server_identity set timeline = '0000000A'")
            try await worker.step()
            let first = try #require(try await stage.reads.openRecovery())
            stage.clock.advance(.seconds(20))
            _ = try await stage.pool.query("update server_identity set timeline = '0000000B'")
            try await worker.step()
            let second = try #require(try await stage.reads.openRecovery())
            #expect(second.number == first.number && second.finalAt > first.finalAt)
            #expect(second.compareFrom == first.compareFrom && second.detail.contains("0000000B"))
            let since = stage.clock.now().advanced(by: .seconds(-86_400))
            let third = try await stage.recoveryDesk.begin(since: since, reason: "last night's backup", by: "ops")
            #expect(third.number == first.number && third.compareFrom < since && third.comparedAt == nil)
            for (wrong, text) in [(stage.clock.now().advanced(by: .seconds(60)), "x"), (since, " ")] {
                #expect(
                    await Self.reason { _ = try await stage.recoveryDesk.begin(since: wrong, reason: text, by: "ops") }
                        == .invalidArgument)
            }
            try await stage.recover()
            #expect(try await stage.reads.recoveries().recoveries.count == 1)
            #expect(try await stage.reads.openRecovery() == nil)
        }
    }

    @Test("Of several processes one compares; the others see the same end")
    func together() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.save()
            try await stage.plan()
            try await stage.send()
            try await stage.lose()
            let lists = Mutex(0)
            let stub = StubCosmo(
                stage.cosmo,
                onList: { from, to throws(CosmoError) in
                    lists.withLock { $0 += 1 }
                    return try await stage.cosmo.transactions(fromSeconds: from, toSeconds: to, programID: nil)
                })
            try await withThrowingDiscardingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await stage.recoveryWorker(stub).step() } }
            }
            let once = lists.withLock { $0 }
            try await stage.recoveryWorker(stub).step()
            #expect(lists.withLock { $0 } == once)
            #expect(try await stage.reads.recoveries().recoveries.count == 1)
            #expect(try await stage.reads.openRecovery()?.adoptedCount == 1)
            try await stage.checkBooks()
        }
    }

    @Test("A webhook of a lost issuance waits for its adoption instead of being parked")
    func webhook() async throws {
        try await Stage.with { stage in
            let worker = stage.recoveryWorker()
            try await worker.step()
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.save()
            try await stage.plan()
            try await stage.send()
            let body = try #require(stage.webhookBodies.first)
            try await stage.lose()
            let attempts = stage.configuration.webhookMatchAttempts
            #expect(try await stage.receive(body, attempts: attempts) == .unknownTransaction)
            _ = try await stage.recoveryDesk.begin(since: stage.clock.now(), reason: "drill", by: "ops")
            #expect(
                try await stage.receive(body, attempts: attempts)
                    == .notYet(retryAfter: stage.configuration.recoveryRetryAfter))
            try await worker.step()
            guard case .repeated = try await stage.receive(body, attempts: attempts) else {
                Issue.record("the webhook agrees with the adopted issuance")
                return
            }
        }
    }

    @Test("What a lost spend left issued is no debt that can be written off, so it cannot be earned twice")
    func writeOff() async throws {
        try await Stage.with { stage in
            try await stage.recoveryWorker().step()
            try await stage.save()
            try await stage.earn("c1", "prg_stay", points: 30)
            try await stage.plan()
            try await stage.send()
            try await stage.lose()
            try await stage.recover()
            #expect(
                try await stage.reads.position(cardID: "c1", programID: "prg_stay").position.debtMicro == 30_000_000)
            let writeOff = WriteOffDebt(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
            #expect(
                await Self.reason {
                    _ = try await writeOff(
                        .init(cardID: "c1", programID: "prg_stay", reason: "closed", requestID: "w1"), by: "ops")
                } == .noDebt)
        }
    }

    /// Earning, refunds and issuing at random, with losses in between: what the platforms send again is earned once,
    /// and Cosmo has issued no more than was ever earned.
    @Test("Whatever is lost and when, nothing is issued twice and the books are Cosmo's in the end", arguments: 1...6)
    func randomLosses(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        try await Stage.with(issuance: {
            $0.recoveryGap = .seconds(60)
            $0.recoveryRetryAfter = .seconds(1)
        }) { stage in
            let worker = stage.recoveryWorker()
            try await worker.step()
            // What platforms have sent, and know to be acknowledged.
            var sent: [(card: String, points: Int64)] = []
            var savedCount = 0
            var issuedOnce: Set<String> = []
            var history: [String] = []
            try await stage.save()
            for _ in 0..<60 {
                switch Int.random(in: 0..<10, using: &random) {
                case 0, 1, 2:
                    let spend = ("c\(Int.random(in: 0..<5, using: &random))", Int64.random(in: 1...60, using: &random))
                    sent.append((spend.0, spend.1))
                    history.append("earn \(spend)")
                    try await stage.earn(spend.0, "prg_stay", points: spend.1)
                case 3:
                    history.append("plan")
                    try await stage.plan()
                case 4, 5:
                    guard try await stage.reads.openRecovery() == nil else { break }
                    history.append("plan and send")
                    try await stage.plan()
                    try await stage.send()
                case 6:
                    history.append("resolve")
                    stage.clock.advance(.seconds(Int64.random(in: 1...120, using: &random)))
                    try await worker.step()
                    try await stage.resolve()
                case 7:
                    history.append("replicated up to here")
                    try await worker.step()
                    try await stage.save()
                    savedCount = sent.count
                case 8:
                    history.append("lost back to \(savedCount) of \(sent.count) spends")
                    try await stage.lose(
                        Bool.random(using: &random)
                            ? "timeline = '0000000A'" : "seen_at = seen_at - interval '61 seconds'")
                    let lost = sent[savedCount...]
                    // Half of them come again before the recovery has compared, half after.
                    let early = Bool.random(using: &random)
                    if early {
                        for spend in lost { try await stage.earn(spend.card, "prg_stay", points: spend.points) }
                    }
                    try await worker.step()
                    if !early {
                        for spend in lost { try await stage.earn(spend.card, "prg_stay", points: spend.points) }
                    }
                    try await stage.save()
                    savedCount = sent.count
                default:
                    try await worker.step()
                    for body in stage.webhookBodies { try await stage.receive(body) }
                }
                try await stage.checkBooks("seed \(seed): \(history.joined(separator: ", "))")
                for transaction in stage.sandbox.transactions() { issuedOnce.insert(transaction.referenceNumber) }
            }
            for _ in 0..<4 {
                try await stage.recover()
                try await stage.resolve()
            }
            #expect(try await stage.reads.openRecovery() == nil)
            try await stage.plan()
            try await stage.send()
            for body in stage.webhookBodies { try await stage.receive(body) }
            stage.clock.advance(.seconds(3_600))
            try await worker.step()
            try await stage.resolve()
            try await stage.checkBooks()
            try await stage.checkAgainstSandbox()
            var earned: [String: Int64] = [:]
            for spend in sent { earned[spend.card, default: 0] += spend.points }
            var issued: [String: Int64] = [:]
            for transaction in stage.sandbox.transactions() {
                issued[String(transaction.account["destinationUserId"]?.dropFirst(2) ?? "?"), default: 0] +=
                    transaction.value
            }
            #expect(issued == earned.filter { $0.value > 0 }, "seed \(seed): \(history.joined(separator: ", "))")
        }
    }
}
