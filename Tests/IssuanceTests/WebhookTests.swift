import Cosmo
import CosmoSandbox
import Deliveries
import Issuance
import PostgreSQL
import Rewards
import Testing

/// Transaction webhooks: before the answer, twice, contradicting, or about nothing of ours.
@Suite struct WebhookTests {
    private func body(
        id: String, reference: String?, value: String? = "25", member: String? = "M-c1", program: String? = nil
    ) -> String {
        var members = ["\"transactionId\":\"\(id)\""]
        if let reference { members.append("\"referenceNumber\":\"\(reference)\"") }
        if let value { members.append("\"value\":\(value)") }
        if let member { members.append("\"destinationAccount\":{\"destinationUserId\":\"\(member)\"}") }
        if let program { members.append("\"destinationProgramId\":\"\(program)\"") }
        return "{\(members.joined(separator: ","))}"
    }

    @Test("A webhook that comes before the answer confirms, and the answer then only fills in what is missing")
    func beforeTheAnswer() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                let answer = try await stage.cosmo.issue(request)
                let webhook = stage.webhookBodies.first ?? "{}"
                let outcome = try? await stage.receive(webhook)
                #expect(outcome == .confirmed(referenceNumber: request.referenceNumber))
                return answer
            }
            try await stage.send(stub)
            let issuance = try await stage.theIssuance()
            #expect(issuance.status == .confirmed && issuance.settledBy == .webhook && issuance.reason == nil)
            #expect(issuance.totalPoints == "25" && issuance.dueAt == nil)
            try await stage.checkBooks()
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("An answer with another id than the confirming webhook's is flagged, and what is confirmed stays")
    func lateAnswerDiffers() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                let webhook = body(id: "tx_webhook", reference: request.referenceNumber)
                _ = try? await stage.receive(webhook)
                return try await stage.cosmo.issue(request)
            }
            try await stage.send(stub)
            let issuance = try await stage.theIssuance()
            #expect(issuance.status == .confirmed && issuance.reason == "TRANSACTION_ID_DIFFERS")
            #expect(issuance.cosmoTransactionID == "tx_webhook")
            #expect(try await stage.reads.counts().contradicted == 1)
            #expect(try await stage.reads.issuances(waitingOnly: true).issuances.count == 1)
            try await stage.checkBooks()
        }
    }

    @Test("A webhook for an issuance that is only planned or unknown confirms it")
    func withoutAnswer() async throws {
        for isSent in [false, true] {
            try await Stage.with { stage in
                try await stage.earn("c1", "prg_stay", points: 25)
                try await stage.plan()
                if isSent {
                    stage.sandbox.setFaults([SandboxFault(.error500After)])
                    try await stage.send()
                }
                let reference = try await stage.theIssuance().referenceNumber
                let webhook = isSent ? try #require(stage.webhookBodies.first) : body(id: "tx_1", reference: reference)
                #expect(try await stage.receive(webhook) == .confirmed(referenceNumber: reference))
                let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay").position
                #expect(position.issuedMicro == 25_000_000)
                try await stage.checkBooks()
                try await stage.send()
                #expect(stage.sandbox.transactions().count == (isSent ? 1 : 0), "a confirmed issuance is not sent")
            }
        }
    }

    @Test("A repeated webhook changes nothing; one with other facts is parked and flags the issuance")
    func repeats() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let webhook = try #require(stage.webhookBodies.first)
            try await stage.receive(webhook)
            let issuance = try await stage.theIssuance()
            #expect(try await stage.receive(webhook) == .repeated(referenceNumber: issuance.referenceNumber))
            #expect(try await stage.theIssuance() == issuance)
            let id = try #require(issuance.cosmoTransactionID)
            let other = try await stage.receive(body(id: id, reference: issuance.referenceNumber, value: "26"))
            #expect(other == .mismatched(referenceNumber: issuance.referenceNumber, differences: [.value]))
            #expect(other.verdict(isPrepared: false) == .parked(reason: "TRANSACTION_MISMATCH"))
            let flagged = try await stage.theIssuance()
            #expect(flagged.status == .confirmed && flagged.reason == "VALUE_DIFFERS")
            let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay").position
            #expect(position.issuedMicro == 25_000_000)
        }
    }

    @Test("A webhook with another value, account, program or id never confirms: the issuance is mismatched, visibly")
    func mismatches() async throws {
        let cases: [(FactDifference, (String, String) -> String)] = [
            (.value, { body(id: $0, reference: $1, value: "24") }),
            (.value, { body(id: $0, reference: $1, value: "25.5") }),
            (.account, { body(id: $0, reference: $1, member: "M-other") }),
            (.program, { body(id: $0, reference: $1, program: "prg_sky") }),
            (.transactionID, { body(id: "tx_another" + $0.prefix(0), reference: $1) }),
        ]
        for (difference, make) in cases {
            try await Stage.with { stage in
                try await stage.earn("c1", "prg_stay", points: 25)
                try await stage.plan()
                try await stage.send()
                let issuance = try await stage.theIssuance()
                let outcome = try await stage.receive(
                    make(issuance.cosmoTransactionID ?? "", issuance.referenceNumber))
                #expect(outcome == .mismatched(referenceNumber: issuance.referenceNumber, differences: [difference]))
                let after = try await stage.theIssuance()
                #expect(after.status == .mismatched && after.reason == difference.rawValue)
                #expect(try await stage.reads.issuances(status: .mismatched).issuances.count == 1)
                #expect(try await stage.reads.counts().byStatus[.mismatched] == 1)
                try await stage.checkBooks()
            }
        }
    }

    @Test("A webhook without value or account proves nothing and leaves the issuance to the reads")
    func incomplete() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let issuance = try await stage.theIssuance()
            for (value, member) in [(nil, "M-c1"), ("25", nil)] as [(String?, String?)] {
                let outcome = try await stage.receive(
                    body(id: issuance.cosmoTransactionID ?? "", reference: nil, value: value, member: member))
                #expect(outcome == .incomplete(referenceNumber: issuance.referenceNumber))
                #expect(outcome.verdict(isPrepared: true) == .parked(reason: "TRANSACTION_INCOMPLETE"))
            }
            #expect(try await stage.theIssuance() == issuance)
        }
    }

    @Test("A webhook without our reference is matched by id, or by reading the reference from Cosmo")
    func withoutReference() async throws {
        try await Stage.with(sandbox: { $0.switches.bareTransactionWebhook = true }) { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            stage.sandbox.setFaults([SandboxFault(.error500After)])
            try await stage.send()
            let webhook = try #require(stage.webhookBodies.first)
            let reference = try await stage.theIssuance().referenceNumber
            guard case .notYet = try await stage.receive(webhook, attempts: 0) else {
                Issue.record("the answer may still be on its way, so the first tries wait")
                return
            }
            stage.sandbox.setFaults([SandboxFault(.error500Before, calls: [.read], count: 1)])
            guard case .notYet = try await stage.receive(webhook, attempts: 4) else {
                Issue.record("a failed read proves nothing")
                return
            }
            #expect(try await stage.receive(webhook, attempts: 5) == .confirmed(referenceNumber: reference))
            #expect(try await stage.receive(webhook, attempts: 0) == .repeated(referenceNumber: reference))
            try await stage.checkBooks()
        }
    }

    @Test("A webhook about nothing of ours is parked after it was looked up")
    func unknownTransaction() async throws {
        try await Stage.with { stage in
            let stranger = body(id: "tx_stranger", reference: "ord-1")
            guard case .notYet = try await stage.receive(stranger, attempts: 3) else {
                Issue.record("it is tried again first")
                return
            }
            let outcome = try await stage.receive(stranger, attempts: 4)
            #expect(
                outcome == .unknownTransaction
                    && outcome.verdict(isPrepared: true) == .parked(reason: "TRANSACTION_UNKNOWN"))
        }
    }

    @Test("An issuance parked as refused that Cosmo reports as issued is shown to a person, and its quantity is held")
    func issuedAfterParked() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25, member: "SIM-INVALID-MEMBER")
            try await stage.plan()
            try await stage.send()
            let parked = try await stage.theIssuance()
            let outcome = try await stage.receive(
                body(id: "tx_1", reference: parked.referenceNumber, member: "SIM-INVALID-MEMBER"))
            #expect(outcome == .mismatched(referenceNumber: parked.referenceNumber, differences: []))
            let issuance = try await stage.theIssuance()
            #expect(
                issuance.status == .mismatched && issuance.reason == "ISSUED_AFTER_PARKED"
                    && issuance.settledBy == nil)
            #expect(try await stage.reads.position(cardID: "c1", programID: "prg_stay").position.pendingMicro == 0)
            try await stage.checkBooks()
        }
    }

    @Test("One transaction id settles one issuance only")
    func idTaken() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.earn("c2", "prg_stay", points: 25, member: "M-c1")
            try await stage.plan()
            let issuances = try await stage.reads.issuances().issuances
            _ = try await stage.receive(body(id: "tx_1", reference: issuances[0].referenceNumber))
            let outcome = try await stage.receive(body(id: "tx_1", reference: issuances[1].referenceNumber))
            #expect(
                outcome
                    == .mismatched(referenceNumber: issuances[1].referenceNumber, differences: [.transactionIDTaken]))
            #expect(try await stage.count("status = 'mismatched' and cosmo_transaction_id is null") == 1)
            try await stage.checkBooks()
        }
    }

    @Test("Webhook, answer and read at the same time count once", arguments: [11, 12, 13] as [UInt64])
    func allAtOnce(seed: UInt64) async throws {
        try await Stage.with { stage in
            for card in 0..<30 { try await stage.earn("c\(card)", "prg_stay", points: 5) }
            try await stage.plan()
            let stub = StubCosmo(stage.cosmo) { request throws(CosmoError) in
                let answer = try await stage.cosmo.issue(request)
                async let early = try? stage.receive(
                    body(
                        id: answer.id, reference: request.referenceNumber, value: "5",
                        member: request.account.userID))
                if seed % 2 == 0 { _ = await early }
                return answer
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await stage.send(stub) }
                group.addTask {
                    for _ in 0..<10 {
                        stage.clock.advance(.seconds(7))
                        try await stage.resolve()
                    }
                }
                try await group.waitForAll()
            }
            for body in stage.webhookBodies.shuffled() { try await stage.receive(body) }
            #expect(try await stage.count("status = 'confirmed' and reason is null") == 30)
            try await stage.checkBooks()
            try await stage.checkAgainstSandbox()
        }
    }
}
