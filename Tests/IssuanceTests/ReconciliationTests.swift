import Cosmo
import CosmoSandbox
import Foundation
import PostgreSQL
import Rewards
import Synchronization
import Testing

@testable import Issuance

/// Comparing a day with Cosmo's transactions, at the real sandbox.
@Suite struct ReconciliationTests {
    /// The day on which the sandbox makes its transactions: tests move only our clock.
    private static func today() -> ReconciliationDay { ReconciliationDay(containing: .now) }

    private static func reconcile(_ stage: Stage, _ cosmo: (any CosmoAPI)? = nil) -> ReconcileDay {
        ReconcileDay(
            pool: stage.pool, cosmo: cosmo ?? stage.cosmo, configuration: stage.configuration, now: stage.clock.now,
            logger: Stage.logger)
    }

    /// Issuances of so many cards, sent and accepted; those of even cards confirmed by their webhooks.
    private static func issue(_ stage: Stage, cards: Int) async throws {
        for card in 0..<cards { try await stage.earn("c\(card)", "prg_stay", points: Int64(20 + card)) }
        try await stage.plan()
        try await stage.send()
        for body in stage.webhookBodies where try TransactionEventPayload(body: Array(body.utf8)).value?.isEven == true
        {
            try await stage.receive(body)
        }
    }

    @Test("Everything agrees: each transaction is matched, and the listing makes up for webhooks that never came")
    func agreement() async throws {
        try await Stage.with { stage in
            let day = Self.today()
            try await Self.issue(stage, cards: 9)
            #expect(try await stage.count("status = 'accepted'") > 0)
            stage.clock.advance(.seconds(86_400))
            let result = try await Self.reconcile(stage)(day.text)
            #expect(result.cosmoCount == 9 && result.matchedCount == 9 && result.findingCount == 0)
            #expect(result.findings.isEmpty && result.failure == nil && result.finishedAt != nil)
            #expect(try await stage.count("status = 'confirmed'") == 9)
            #expect(try await stage.count("settled_by = 'read'") > 0)
            try await stage.checkBooks()
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("What only one side knows, and what both know differently, is found and shown without personal data")
    func findings() async throws {
        try await Stage.with { stage in
            let day = Self.today()
            try await Self.issue(stage, cards: 4)
            for body in stage.webhookBodies { try await stage.receive(body) }
            // Only Cosmo knows this one.
            _ = try await stage.cosmo.issue(
                CosmoIssuanceRequest(
                    programID: "prg_stay", value: 50, currency: "POINTS",
                    account: CosmoAccount(userID: "M-secret", email: "jane@example.com"), referenceNumber: "foreign-1"))
            // Only we hold this one for issued.
            stage.sandbox.setFaults([SandboxFault(.error500Before)])
            try await stage.earn("c8", "prg_stay", points: 33)
            try await stage.plan()
            try await stage.send()
            let lost = try #require(try await stage.reads.issuances(cardID: "c8").issuances.first)
            _ = try await ResolveIssuance(
                pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)(
                    referenceNumber: lost.referenceNumber, outcome: .issued, evidence: "a phone call", by: "ops")
            // Both have this one, with another value.
            let altered = try #require(try await stage.reads.issuances(cardID: "c2").issuances.first)
            _ = try await stage.pool.query(
                "update issuances set sent_value = sent_value + 1 where reference_number = $1",
                [.text(altered.referenceNumber)])
            // We took this one for refused, and Cosmo has it.
            let parked = try #require(try await stage.reads.issuances(cardID: "c3").issuances.first)
            _ = try await stage.pool.query(
                "update issuances set status = 'parked', settled_by = 'refusal' where reference_number = $1",
                [.text(parked.referenceNumber)])
            _ = try await stage.pool.query(
                "update positions set issued_micro = 0, plan_at = null where card_id = 'c3'")

            stage.clock.advance(.seconds(86_400))
            let result = try await Self.reconcile(stage)(day.text)
            #expect(result.cosmoCount == 5 && result.matchedCount == 2 && result.findingCount == 4)
            let byReference = Dictionary(
                result.findings.map { ($0.referenceNumber ?? "", $0) }, uniquingKeysWith: { $1 })
            #expect(byReference["foreign-1"]?.side == .cosmoOnly && byReference["foreign-1"]?.reason == "NOT_OURS")
            #expect(byReference[lost.referenceNumber]?.side == .oursOnly)
            #expect(byReference[lost.referenceNumber]?.reason == "ABSENT_AT_COSMO")
            #expect(byReference[altered.referenceNumber]?.side == .differs)
            #expect(byReference[altered.referenceNumber]?.reason == "VALUE_DIFFERS")
            #expect(byReference[parked.referenceNumber]?.reason == "ISSUED_AFTER_PARKED")
            #expect(try await stage.reads.issuance(parked.referenceNumber).status == .mismatched)
            #expect(
                try await stage.reads.issuances(status: .confirmed, waitingOnly: true).issuances.map(\.cardID) == [
                    "c2"
                ])
            for finding in result.findings {
                let text = "\(finding)"
                #expect(!text.contains("M-") && !text.contains("example.com") && finding.detailJSON.hasPrefix("{"))
            }
            try await stage.checkBooks()

            // Again: the same findings in the place of the first ones, not beside them.
            let again = try await Self.reconcile(stage)(day.text)
            #expect(again.cosmoCount == 5 && again.findingCount == 4 && again.findings.count == 4)
            #expect(try await stage.reads.reconciliations().reconciliations.count == 1)
        }
    }

    @Test("A day is read in slices without gaps, and a transaction on the border of two is counted once")
    func slices() async throws {
        try await Stage.with(issuance: { $0.reconciliationSlice = .seconds(3_500) }) { stage in
            let day = Self.today().previous
            let start = day.start.microsecondsSinceEpoch / 1_000_000
            let asked = Mutex<[ClosedRange<Int64>]>([])
            let stub = StubCosmo(
                stage.cosmo,
                onList: { from, to throws(CosmoError) in
                    asked.withLock { $0.append(from...to) }
                    // One on each border, one of the day before and one of the day after.
                    return [-10, 3_500, 7_000, 86_399, 86_410].map { start + $0 }.filter { (from...to).contains($0) }
                        .map { CosmoTransaction(id: "tx_\($0)", value: 5, programID: "prg_stay") }
                })
            let result = try await Self.reconcile(stage, stub)(day.text)
            #expect(result.cosmoCount == 3 && result.findingCount == 3 && result.matchedCount == 0)
            let ranges = asked.withLock { $0 }
            #expect(ranges.first?.upperBound == start && ranges.last?.lowerBound == start + 86_400)
            #expect(zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
            #expect(ranges.allSatisfy { $0.upperBound - $0.lowerBound <= 3_500 })
        }
    }

    @Test("An issuance that Cosmo lists at another time is not missing")
    func otherTime() async throws {
        try await Stage.with { stage in
            let day = Self.today().previous
            try await Self.issue(stage, cards: 3)
            for body in stage.webhookBodies { try await stage.receive(body) }
            // Ours were sent yesterday at noon, as far as our rows say.
            _ = try await stage.pool.query(
                "update issuances set last_sent_at = $1", [.timestamptz(day.start.advanced(by: .seconds(43_200)))])
            let result = try await Self.reconcile(stage)(day.text)
            #expect(result.cosmoCount == 0 && result.findingCount == 0)
        }
    }

    @Test("A day that is not over, or is none, is refused; a day never compared is not known")
    func refusals() async throws {
        try await Stage.with { stage in
            func reason(_ day: String) async -> IssuanceError.Reason? {
                do {
                    _ = try await Self.reconcile(stage)(day)
                    return nil
                } catch {
                    return (error as? IssuanceError)?.reason
                }
            }
            #expect(await reason(Self.today().text) == .dayNotOver)
            for bad in [
                "", "yesterday", "2026-02-29", "2026-13-01", "2026-1-01", "2026-00-10", "1969-12-31", "2026-04-31",
            ] {
                #expect(await reason(bad) == .invalidArgument, "\(bad)")
            }
            let unknown = await #expect(throws: IssuanceError.self) {
                _ = try await stage.reads.reconciliation("2026-01-01")
            }
            #expect(unknown?.reason == .unknownReconciliation)
            let rows = try await stage.pool.query("select 1 from reconciliations")
            #expect(rows.isEmpty)
        }
    }

    @Test("A listing that fails is tried again; one that goes on failing leaves the day with its failure")
    func failure() async throws {
        try await Stage.with(issuance: {
            $0.backoffMin = .microseconds(1)
            $0.backoffMax = .microseconds(2)
        }) { stage in
            let day = Self.today().previous
            let left = Mutex(2)
            let flaky = StubCosmo(
                stage.cosmo,
                onList: { _, _ throws(CosmoError) in
                    let fails = left.withLock { left in
                        left -= 1
                        return left >= 0
                    }
                    if fails { throw CosmoError(call: .transactions, kind: .unknown, reason: .serverError) }
                    return []
                })
            #expect(try await Self.reconcile(stage, flaky)(day.text).finishedAt != nil)

            for (kind, reason, expected) in [
                (CosmoError.Kind.unknown, CosmoError.Reason.serverError, IssuanceError.Reason.cosmoUnavailable),
                (.refused, .notConfigured, .cosmoRefused),
            ] {
                let broken = StubCosmo(
                    stage.cosmo,
                    onList: { _, _ throws(CosmoError) in
                        throw CosmoError(call: .transactions, kind: kind, reason: reason)
                    })
                let error = await #expect(throws: IssuanceError.self) {
                    _ = try await Self.reconcile(stage, broken)(day.text)
                }
                #expect(error?.reason == expected)
                let shown = try await stage.reads.reconciliation(day.text)
                #expect(shown.failure == reason.rawValue && shown.finishedAt == nil)
            }
        }
    }

    @Test("Of two comparisons of one day the later wins, and the earlier mixes nothing in")
    func fencing() async throws {
        try await Stage.with { stage in
            let day = Self.today().previous
            let start = day.start.microsecondsSinceEpoch / 1_000_000
            @Sendable func listing(_ from: Int64, _ to: Int64) -> [CosmoTransaction] {
                [start + 10, start + 50_000].filter { (from...to).contains($0) }.map {
                    CosmoTransaction(id: "tx_\($0)", value: 5)
                }
            }
            let second = Self.reconcile(
                stage, StubCosmo(stage.cosmo, onList: { from, to throws(CosmoError) in listing(from, to) }))
            let first = StubCosmo(
                stage.cosmo,
                onList: { from, to throws(CosmoError) in
                    if (from...to).contains(start + 40_000) {
                        stage.clock.advance(.seconds(1))
                        _ = try? await second(day.text)
                    }
                    return listing(from, to)
                })
            let error = await #expect(throws: IssuanceError.self) {
                _ = try await Self.reconcile(stage, first)(day.text)
            }
            #expect(error?.reason == .reconciliationReplaced)
            let result = try await stage.reads.reconciliation(day.text)
            #expect(result.finishedAt != nil && result.cosmoCount == 2 && result.findings.count == 2)
        }
    }

    @Test("The worker compares yesterday once, whoever else does, after the hour, and takes up what failed")
    func worker() async throws {
        try await Stage.with(issuance: { $0.reconcileAfter = .seconds(7_200) }) { stage in
            let today = Self.today()
            let clock = Mutex(today.start.advanced(by: .seconds(7_199)))
            let fails = Mutex(false)
            let calls = Mutex(0)
            let stub = StubCosmo(
                stage.cosmo,
                onList: { _, _ throws(CosmoError) in
                    calls.withLock { $0 += 1 }
                    if fails.withLock({ $0 }) {
                        throw CosmoError(call: .transactions, kind: .refused, reason: .noPartnership)
                    }
                    return []
                })
            let now: @Sendable () -> PostgresTimestamp = { clock.withLock { $0 } }
            func worker() -> ReconciliationWorker {
                ReconciliationWorker(
                    pool: stage.pool,
                    reconcile: ReconcileDay(
                        pool: stage.pool, cosmo: stub, configuration: stage.configuration, now: now,
                        logger: Stage.logger),
                    configuration: stage.configuration, now: now, logger: Stage.logger)
            }
            #expect(try await worker().reconcileDue().isEmpty, "before the hour")
            clock.withLock { $0 = today.start.advanced(by: .seconds(7_200)) }
            let done = try await withThrowingTaskGroup(of: [ReconciliationDay].self) { group in
                for _ in 0..<4 {
                    let worker = worker()
                    group.addTask { try await worker.reconcileDue() }
                }
                return try await group.reduce([], +)
            }
            #expect(done == [today.previous])
            #expect(calls.withLock { $0 } == 98)
            #expect(try await worker().reconcileDue().isEmpty, "once a day")

            // The next day fails, rests, and is taken up again; also when another day has passed.
            clock.withLock { $0 = today.end.advanced(by: .seconds(7_200)) }
            fails.withLock { $0 = true }
            await #expect(throws: IssuanceError.self) { _ = try await worker().reconcileDue() }
            fails.withLock { $0 = false }
            #expect(try await worker().reconcileDue().isEmpty, "it rests after a failure")
            clock.withLock { $0 = $0.advanced(by: .seconds(86_400)) }
            let tomorrow = ReconciliationDay(containing: today.end)
            #expect(try await worker().reconcileDue() == [today, tomorrow])
            let listed = try await stage.reads.reconciliations(pageSize: 2)
            #expect(listed.reconciliations.map(\.day) == [tomorrow.text, today.text] && listed.nextPageToken != nil)
            let rest = try await stage.reads.reconciliations(pageSize: 2, pageToken: listed.nextPageToken ?? "")
            #expect(rest.reconciliations.map(\.day) == [today.previous.text] && rest.nextPageToken == nil)
        }
    }

    @Test("Days are written and read alike, over four centuries and every leap rule")
    func days() {
        var day = ReconciliationDay("1970-01-01")!
        #expect(day.start == PostgresTimestamp(microsecondsSinceEpoch: 0))
        for _ in 0..<146_097 {
            #expect(ReconciliationDay(day.text) == day)
            day = ReconciliationDay(containing: day.end)
        }
        #expect(day.text == "2370-01-01")
        #expect(ReconciliationDay("2000-02-29")?.end == ReconciliationDay("2000-03-01")?.start)
        #expect(ReconciliationDay(containing: PostgresTimestamp(microsecondsSinceEpoch: -1)).text == "1969-12-31")
    }
}

extension Decimal {
    fileprivate var isEven: Bool { Int("\(self)").map { $0 % 2 == 0 } ?? false }
}
