import Cosmo
import CosmoSandbox
import Foundation
import Issuance
import PostgreSQL
import Rewards
import Testing

/// Outcomes nobody knows, settled by reads: never two issuances, never none (I-6).
@Suite struct UnknownOutcomeTests {
    /// Moves the clock through every pause a settlement takes.
    private func settle(_ stage: Stage) async throws {
        for _ in 0..<12 {
            stage.clock.advance(.seconds(90))
            try await stage.resolve()
            try await stage.send()
            try await stage.checkBooks()
        }
    }

    @Test(
        "An answer lost after Cosmo issued is found by a read, under every way Cosmo may treat duplicates",
        arguments: SandboxSwitches.DuplicateReference.allCases,
        [SandboxFault.Kind.timeoutAfter, .error500After, .cutAfter])
    func lostAfter(mode: SandboxSwitches.DuplicateReference, fault: SandboxFault.Kind) async throws {
        try await Stage.with(
            sandbox: { $0.switches.duplicateReference = mode }, cosmo: { $0.requestTimeout = .seconds(5) }
        ) { stage in
            stage.sandbox.setFaults([SandboxFault(fault)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let unknown = try await stage.theIssuance()
            #expect(unknown.status == .unknown && unknown.attempts == 1)
            let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay").position
            #expect(position.unknownMicro == 25_000_000 && position.inFlightMicro == 0)
            try await settle(stage)
            let end = try await stage.theIssuance()
            #expect(end.status == .confirmed && end.settledBy == .read && end.attempts == 1)
            #expect(end.cosmoTransactionID == stage.sandbox.transactions().first?.id)
            try await stage.checkAgainstSandbox()
        }
    }

    @Test(
        "A call lost before Cosmo issued is sent once more under the same reference",
        arguments: SandboxSwitches.DuplicateReference.allCases,
        [SandboxFault.Kind.timeoutBefore, .error500Before, .cutBefore])
    func lostBefore(mode: SandboxSwitches.DuplicateReference, fault: SandboxFault.Kind) async throws {
        try await Stage.with(
            sandbox: { $0.switches.duplicateReference = mode }, cosmo: { $0.requestTimeout = .seconds(5) }
        ) { stage in
            stage.sandbox.setFaults([SandboxFault(fault)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let unknown = try await stage.theIssuance()
            #expect(unknown.status == .unknown)
            try await settle(stage)
            let end = try await stage.theIssuance()
            #expect(end.status == .confirmed && end.attempts == 2)
            #expect(end.referenceNumber == unknown.referenceNumber)
            #expect(stage.sandbox.transactions().count == 1)
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("Nothing is sent again before the settle delay has passed, however often it is read")
    func settleDelay() async throws {
        try await Stage.with(issuance: { $0.settlement.settleDelay = .seconds(3600) }) { stage in
            stage.sandbox.setFaults([SandboxFault(.error500Before)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            for _ in 0..<9 {
                stage.clock.advance(.seconds(5))
                try await stage.resolve()
                try await stage.send()
            }
            let issuance = try await stage.theIssuance()
            #expect(
                issuance.status == .unknown && issuance.attempts == 1 && issuance.reads > 1
                    && issuance.absentReads == 0)
        }
    }

    @Test("Reads that fail change nothing")
    func failingReads() async throws {
        try await Stage.with { stage in
            stage.sandbox.setFaults([
                SandboxFault(.error500Before), SandboxFault(.error500Before, calls: [.read], count: nil),
            ])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            try await settle(stage)
            let issuance = try await stage.theIssuance()
            #expect(
                issuance.status == .unknown && issuance.reads == 0 && issuance.attempts == 1
                    && issuance.dueAt != nil)
            stage.sandbox.setFaults([])
            try await settle(stage)
            #expect(try await stage.theIssuance().status == .confirmed)
        }
    }

    @Test("Without the listing an absence is believed only when a known issuance is found by reference")
    func provenLookup() async throws {
        for lookupWorks in [true, false] {
            try await Stage.with(
                sandbox: { $0.switches.referenceLookup = true }, cosmo: { $0.intervalLookupEnabled = false },
                issuance: { $0.isIntervalLookupEnabled = false }
            ) { stage in
                try await stage.earn("c0", "prg_stay", points: 5)
                try await stage.plan()
                try await stage.send()
                for body in stage.webhookBodies { try await stage.receive(body) }
                stage.sandbox.switches.referenceLookup = lookupWorks
                // Issued, and its answer lost: where the look-up is broken, sending again would issue twice.
                stage.sandbox.setFaults([SandboxFault(lookupWorks ? .error500Before : .error500After)])
                try await stage.earn("c1", "prg_stay", points: 25)
                try await stage.plan()
                try await stage.send()
                try await settle(stage)
                let issuance = try #require(try await stage.reads.issuances(cardID: "c1").issuances.first)
                #expect(issuance.attempts == (lookupWorks ? 2 : 1))
                #expect(issuance.status == (lookupWorks ? .confirmed : .unknown))
                if !lookupWorks { #expect(issuance.reason == "ABSENT_AWAITS_OPERATOR" && issuance.dueAt == nil) }
                #expect(stage.sandbox.transactions().count == 2)
            }
        }
    }

    @Test("With both ways to look broken, a known issuance that is missed keeps an issued one from being sent again")
    func brokenLookups() async throws {
        try await Stage.with(sandbox: { $0.switches.duplicateReference = .issueAgain }) { stage in
            try await stage.earn("c0", "prg_stay", points: 5)
            try await stage.plan()
            try await stage.send()
            for body in stage.webhookBodies { try await stage.receive(body) }
            stage.sandbox.setFaults([SandboxFault(.error500After)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            let blind = StubCosmo(
                stage.cosmo, onRead: { _ in nil },
                onIssuance: { request throws(CosmoError) in try await stage.cosmo.issue(request) })
            for _ in 0..<12 {
                stage.clock.advance(.seconds(90))
                try await stage.resolve(blind)
                try await stage.send(blind)
            }
            let issuance = try #require(try await stage.reads.issuances(cardID: "c1").issuances.first)
            #expect(
                issuance.status == .unknown && issuance.reason == "ABSENT_AWAITS_OPERATOR" && issuance.attempts == 1)
            #expect(stage.sandbox.transactions().count == 2)
        }
    }

    @Test("Without a known issuance a single way to look is not believed")
    func singleUnprovenWay() async throws {
        try await Stage.with(issuance: { $0.isReferenceLookupEnabled = false }) { stage in
            stage.sandbox.setFaults([SandboxFault(.error500Before)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            try await settle(stage)
            #expect(try await stage.theIssuance().reason == "ABSENT_AWAITS_OPERATOR")
        }
    }

    @Test("With the policy `operator` an absence waits for a person")
    func operatorPolicy() async throws {
        try await Stage.with(issuance: { $0.onAbsent = .operator }) { stage in
            stage.sandbox.setFaults([SandboxFault(.error500Before)])
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            try await settle(stage)
            let issuance = try await stage.theIssuance()
            #expect(issuance.status == .unknown && issuance.dueAt == nil && issuance.attempts == 1)
        }
    }

    @Test("An accepted issuance without a webhook is confirmed by a read")
    func noWebhook() async throws {
        try await Stage.with { stage in
            try await stage.earn("c1", "prg_stay", points: 25)
            try await stage.plan()
            try await stage.send()
            try await settle(stage)
            let issuance = try await stage.theIssuance()
            #expect(issuance.status == .confirmed && issuance.settledBy == .read)
            try await stage.checkAgainstSandbox()
        }
    }

    @Test("A read with another value, program or account is a mismatch that a person resolves")
    func mismatchedReads() async throws {
        let changes: [(String, @Sendable (inout CosmoTransaction) -> Void)] = [
            ("VALUE_DIFFERS", { $0.value = 26 }), ("PROGRAM_DIFFERS", { $0.programID = "prg_fuel" }),
            ("ACCOUNT_DIFFERS", { $0.account = CosmoAccount(userID: "M-other") }),
        ]
        for (reason, change) in changes {
            try await Stage.with { stage in
                try await stage.earn("c1", "prg_stay", points: 25)
                try await stage.plan()
                stage.sandbox.setFaults([SandboxFault(.error500After)])
                try await stage.send()
                let stub = StubCosmo(
                    stage.cosmo,
                    onRead: { reference in
                        var transaction = CosmoTransaction(
                            id: "tx_9", referenceNumber: reference, value: 25, programID: "prg_stay")
                        change(&transaction)
                        return transaction
                    }, onIssuance: { request throws(CosmoError) in try await stage.cosmo.issue(request) })
                stage.clock.advance(.seconds(10))
                try await stage.resolve(stub)
                let issuance = try await stage.theIssuance()
                #expect(issuance.status == .mismatched && issuance.reason == reason && issuance.dueAt == nil)
                let position = try await stage.reads.position(cardID: "c1", programID: "prg_stay").position
                #expect(position.inFlightMicro == 25_000_000 && position.unknownMicro == 0)
                try await stage.checkBooks()
            }
        }
    }
}
