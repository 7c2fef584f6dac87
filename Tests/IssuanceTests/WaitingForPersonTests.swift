import Cosmo
import Deliveries
import PostgreSQL
import Testing

@testable import Issuance

/// Which issuances wait for a person, and what ends that.
@Suite struct WaitingForPersonTests {
    private static func webhook(id: String, reference: String, value: String = "25", member: String = "M-c1") -> String
    {
        """
        {"transactionId":"\(id)","referenceNumber":"\(reference)","value":\(value),\
        "destinationAccount":{"destinationUserId":"\(member)"}}
        """
    }

    private func refused(_ stage: Stage, chunks: Int64 = 1) async throws -> [IssuanceRecord] {
        if chunks > 1 { stage.setTerms("prg_stay", ProgramTerms(maximumPoints: 25 / chunks)) }
        try await stage.earn("c1", "prg_stay", points: 25, member: "SIM-INVALID-MEMBER")
        try await stage.plan()
        try await stage.send()
        return try await stage.reads.issuances(status: .parked).issuances
    }

    private func expectWaiting(
        _ count: Int64, _ stage: Stage, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let counts = try await stage.reads.counts()
        #expect(counts.waitingForPerson == count, sourceLocation: location)
        let listed = try await stage.reads.issuances(waitingOnly: true).issuances
        #expect(listed.count == Int(count) && listed.allSatisfy(\.waitsForPerson), sourceLocation: location)
        let all = try await stage.reads.issuances().issuances
        #expect(
            all.filter(\.waitsForPerson).map(\.referenceNumber) == listed.map(\.referenceNumber),
            sourceLocation: location)
        #expect(
            counts.byStatus[.parked, default: 0] == Int64(listed.count { $0.status == .parked }),
            sourceLocation: location)
    }

    @Test("A parked issuance waits until it is retried, and is history from then on")
    func retried() async throws {
        try await Stage.with { stage in
            let parked = try #require(try await refused(stage).first)
            try await expectWaiting(1, stage)
            let balances = try await stage.reads.parkedBalances()
            #expect(balances.map(\.parkedMicro) == [25_000_000] && balances.map(\.issuanceCount) == [1])
            #expect(balances.map(\.programID) == ["prg_stay"] && balances.map(\.oldestAt) == [parked.settledAt])
            #expect(try await stage.reads.counts().oldest[.parked] == parked.settledAt)
            try await stage.earn("c1", "prg_stay", points: 1, member: "M-good")
            let retry = RetryIssuance(pool: stage.pool, now: stage.clock.now)
            let answer = try await retry(referenceNumber: parked.referenceNumber)
            #expect(!answer.waitsForPerson && answer.resolvedAt != nil)
            try await expectWaiting(0, stage)
            try await stage.plan()
            try await stage.send()
            try await expectWaiting(0, stage)
            let issuances = try await stage.reads.issuances().issuances
            #expect(issuances.map(\.status) == [.parked, .accepted])
            let counts = try await stage.reads.counts()
            #expect(counts.byStatus[.parked] == nil && counts.oldest[.parked] == nil)
            #expect(try await stage.reads.parkedBalances() == [])
            #expect(
                try await stage.reads.issuances(status: .parked).issuances.count == 1,
                "history is listed by its status")
        }
    }

    @Test("All that was refused of a position waits until its block is lifted, whichever of it is retried")
    func several() async throws {
        try await Stage.with { stage in
            let parked = try await refused(stage, chunks: 3)
            #expect(parked.count == 4)
            try await expectWaiting(4, stage)
            let blockedBy = try await stage.reads.position(cardID: "c1", programID: "prg_stay").blockedBy
            let retry = RetryIssuance(pool: stage.pool, now: stage.clock.now)
            let other = try #require(parked.first { $0.referenceNumber != blockedBy })
            _ = try await retry(referenceNumber: other.referenceNumber)
            try await expectWaiting(3, stage)
            _ = try await retry(referenceNumber: try #require(blockedBy))
            try await expectWaiting(0, stage)
            #expect(try await stage.reads.position(cardID: "c1", programID: "prg_stay").blockedReason == nil)
        }
    }

    @Test("A new account ends the waiting by itself")
    func newAccount() async throws {
        try await Stage.with { stage in
            _ = try await refused(stage, chunks: 3)
            for accountChanged in [false, true] {
                _ = try await stage.pool.withTransaction {
                    try await $0.pipeline(
                        PositionStore().planAgain(
                            cardID: "c1", programID: "prg_stay", accountChanged: accountChanged, at: stage.clock.now()))
                }
                try await expectWaiting(accountChanged ? 0 : 4, stage)
            }
        }
    }

    @Test("What an operator said was not issued waits for nobody")
    func notIssued() async throws {
        try await Stage.with { stage in
            let parked = try #require(try await refused(stage).first)
            let webhook = Self.webhook(
                id: "tx_1", reference: parked.referenceNumber, member: "SIM-INVALID-MEMBER")
            _ = try await stage.receive(webhook)
            #expect(try await stage.theIssuance().status == .mismatched)
            try await expectWaiting(1, stage)
            let resolve = ResolveIssuance(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
            _ = try await resolve(
                referenceNumber: parked.referenceNumber, outcome: .notIssued, evidence: "the portal has nothing",
                by: "ops")
            try await expectWaiting(0, stage)
            let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay")
            #expect(
                position.blockedBy == nil && position.blockedReason == nil, "the block of a settled issuance is lifted"
            )
            #expect(position.planAt != nil)
            try await stage.checkBooks()
        }
    }

    @Test("A refused issuance that was at Cosmo after all blocks nothing once a person has confirmed it")
    func issuedAfterAll() async throws {
        try await Stage.with { stage in
            let parked = try await refused(stage, chunks: 3)
            let blockedBy = try #require(try await stage.reads.position(cardID: "c1", programID: "prg_stay").blockedBy)
            let value = try #require(parked.first { $0.referenceNumber == blockedBy }).sentValue
            _ = try await stage.receive(
                Self.webhook(id: "tx_1", reference: blockedBy, value: "\(value)", member: "SIM-INVALID-MEMBER"))
            try await expectWaiting(4, stage)
            let resolve = ResolveIssuance(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
            _ = try await resolve(referenceNumber: blockedBy, outcome: .issued, evidence: "portal", by: "ops")
            try await expectWaiting(0, stage)
            #expect(try await stage.reads.position(cardID: "c1", programID: "prg_stay").blockedBy == nil)
            try await stage.checkBooks()
        }
    }

    @Test(
        "A confirmed issuance that later news contradicts waits for an operator, and again when other news comes"
    )
    func contradicted() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            try await stage.receive(try #require(stage.webhookBodies.first))
            let issuance = try await stage.theIssuance()
            let id = try #require(issuance.cosmoTransactionID)
            try await expectWaiting(0, stage)
            try await stage.receive(Self.webhook(id: id, reference: issuance.referenceNumber, value: "26"))
            try await expectWaiting(1, stage)
            #expect(try await stage.reads.counts().contradicted == 1)

            let resolve = ResolveIssuance(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
            let refusal = await #expect(throws: IssuanceError.self) {
                _ = try await resolve(
                    referenceNumber: issuance.referenceNumber, outcome: .notIssued, evidence: "portal", by: "ops")
            }
            #expect(refusal?.reason == .wrongStatus, "what is confirmed stays confirmed")
            let looked = try await resolve(
                referenceNumber: issuance.referenceNumber, outcome: .issued, evidence: "asked Cosmo: 25", by: "ops")
            #expect(looked.status == .confirmed && looked.settledBy == .webhook && looked.reason == "VALUE_DIFFERS")
            #expect(looked.evidence == "asked Cosmo: 25" && looked.evidenceBy == "ops")
            try await expectWaiting(0, stage)
            try await stage.receive(Self.webhook(id: id, reference: issuance.referenceNumber, value: "26"))
            try await expectWaiting(0, stage)
            try await stage.receive(Self.webhook(id: "tx_other", reference: issuance.referenceNumber))
            try await expectWaiting(1, stage)
            try await stage.checkBooks()
        }
    }

    @Test("A delivery that contradicted an issuance is settled by a replay once a person has looked at the issuance")
    func replayedContradiction() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let issuance = try await stage.theIssuance()
            let webhook = Self.webhook(id: "tx_1", reference: issuance.referenceNumber, value: "26")
            #expect(
                try await stage.receive(webhook).verdict(isPrepared: true) == .parked(reason: "TRANSACTION_MISMATCH"))
            try await expectWaiting(1, stage)
            let resolve = ResolveIssuance(pool: stage.pool, configuration: stage.configuration, now: stage.clock.now)
            let resolved = try await resolve(
                referenceNumber: issuance.referenceNumber, outcome: .issued, evidence: "Cosmo mended it", by: "ops")
            #expect(resolved.status == .confirmed && resolved.reason == "VALUE_DIFFERS" && !resolved.waitsForPerson)
            #expect(try await stage.receive(webhook) == .repeated(referenceNumber: issuance.referenceNumber))
            try await expectWaiting(0, stage)
        }
    }

    @Test("A delivery that said too little is settled by a replay once its issuance is confirmed")
    func replayedIncomplete() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let complete = try #require(stage.webhookBodies.first)
            let issuance = try await stage.theIssuance()
            let id = try #require(issuance.cosmoTransactionID)
            let incomplete = #"{"transactionId":"\#(id)","referenceNumber":"\#(issuance.referenceNumber)"}"#
            #expect(
                try await stage.receive(incomplete).verdict(isPrepared: true)
                    == .parked(reason: "TRANSACTION_INCOMPLETE"))
            try await stage.receive(complete)
            #expect(try await stage.receive(incomplete) == .repeated(referenceNumber: issuance.referenceNumber))
            let other = #"{"transactionId":"tx_other","referenceNumber":"\#(issuance.referenceNumber)"}"#
            #expect(
                try await stage.receive(other).verdict(isPrepared: true) == .parked(reason: "TRANSACTION_INCOMPLETE"))
        }
    }

    @Test("An unknown issuance waits only when no read is to come")
    func unknown() async throws {
        var issuance = IssuanceMachineTests.issue(.unknown)
        #expect(!issuance.waitsForPerson)
        issuance.dueAt = nil
        #expect(issuance.waitsForPerson)
    }
}
