import Foundation
import TestSupport
import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("Outcomes that are not known")
struct UnknownOutcomeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let fault: SandboxFault.Kind
        let reason: CosmoError.Reason
        let isRecorded: Bool
        var testDescription: String { fault.rawValue }
    }

    @Test(
        "a failure before or after the commit is unknown, and a read by reference tells which it was",
        arguments: [
            Case(fault: .error500Before, reason: .serverError, isRecorded: false),
            Case(fault: .error500After, reason: .serverError, isRecorded: true),
            Case(fault: .timeoutBefore, reason: .timedOut, isRecorded: false),
            Case(fault: .timeoutAfter, reason: .timedOut, isRecorded: true),
            Case(fault: .cutBefore, reason: .connectionLost, isRecorded: false),
            Case(fault: .cutAfter, reason: .connectionLost, isRecorded: true),
        ])
    func resolvedByReading(_ row: Case) async throws {
        try await SandboxSession.run(client: { $0.requestTimeout = .seconds(3) }) { session in
            _ = try await session.client.programs()
            session.sandbox.setFaults([SandboxFault(row.fault)])
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(SandboxSession.request("ref-1"))
            }
            #expect(error?.kind == .unknown && error?.outcome == .unknown)
            #expect(error?.reason == row.reason)
            #expect(session.sandbox.callCount("POST /transactions") == 1, "nothing may be sent again by itself")
            let read = try await session.client.transaction("ref-1")
            #expect((read != nil) == row.isRecorded)
            #expect(read?.totalPoints == (row.isRecorded ? 2000 : nil))
        }
    }

    @Test(
        "the two time-out members behave as their names say",
        arguments: [("SIM-TIMEOUT-COMMITTED", true), ("SIM-TIMEOUT-LOST", false)])
    func timeoutMembers(_ userID: String, _ isRecorded: Bool) async throws {
        try await SandboxSession.run(client: { $0.requestTimeout = .seconds(3) }) { session in
            session.sandbox.switches.slowMilliseconds = 1
            let account = CosmoAccount(userID: userID)
            let isValid = try await session.client.validateMember(programID: "prg_sky", account: account)
            #expect(isValid)
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(SandboxSession.request("ref-1", userID: userID))
            }
            #expect(error?.kind == .unknown && error?.reason == .timedOut)
            let read = try await session.client.transaction("ref-1")
            #expect((read != nil) == isRecorded)
        }
    }

    @Test("a connection that cannot be opened is definitely not sent")
    func notSent() async throws {
        let client = try CosmoClient(
            configuration: SandboxSession.configuration("http://127.0.0.1:1"), logger: SandboxSession.quietLogger())
        let error = await SandboxSession.failure { () async throws(CosmoError) in
            try await client.issue(SandboxSession.request("ref-1"))
        }
        #expect(error?.kind == .notSent && error?.outcome == .notApplied)
        #expect(error?.reason == .connectionFailed && error?.isTransient == true)
        await client.shutdown()
    }

    @Test("with a token at hand, an API that cannot be reached is definitely not sent either")
    func apiUnreachable() async throws {
        try await SandboxSession.run(client: { $0.apiBaseURL = "http://127.0.0.1:1" }) { session in
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(SandboxSession.request("ref-1"))
            }
            #expect(error?.kind == .notSent && error?.reason == .connectionFailed)
            #expect(session.sandbox.callCount("POST /auth/token") == 1)
        }
    }

    @Test("a 429 keeps its Retry-After, and proves nothing unless configured to")
    func rateLimited() async throws {
        for isProof in [false, true] {
            try await SandboxSession.run(client: { $0.rateLimitedIssuanceIsNotApplied = isProof }) { session in
                session.sandbox.setFaults([SandboxFault(.rateLimited, retryAfterSeconds: 7)])
                let error = await SandboxSession.failure { () async throws(CosmoError) in
                    try await session.client.issue(SandboxSession.request("ref-1"))
                }
                #expect(error?.kind == .rateLimited && error?.retryAfter == .seconds(7))
                #expect(error?.outcome == (isProof ? .notApplied : .unknown))
            }
        }
    }

    @Test(
        "Retry-After is read as seconds or as a date, and kept between nothing and a day",
        arguments: [
            ("0", 0), ("30", 30), ("-5", 0), ("999999999", 86_400), ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("soon", nil),
        ] as [(String, Int64?)])
    func retryAfter(_ text: String, _ seconds: Int64?) {
        let answer = CosmoTransport.Answer(status: 429, retryAfterText: text, body: [])
        #expect(answer.retryAfter == seconds.map { .seconds($0) })
    }

    @Test("without a lookup by reference, the listing of an interval finds the transaction")
    func intervalFallback() async throws {
        try await SandboxSession.run { session in
            let issued = try await session.client.issue(SandboxSession.request("ref-1"))
            session.sandbox.switches.referenceLookup = false
            let byReference = try await session.client.transaction("ref-1")
            let byID = try await session.client.transaction(issued.id)
            #expect(byReference == nil && byID?.id == issued.id)
            let now = Int64(Date().timeIntervalSince1970)
            let found = try await session.client.findTransaction(
                referenceNumber: "ref-1", programID: "prg_sky", fromSeconds: now - 60, toSeconds: now + 60)
            #expect(found?.id == issued.id)
            let elsewhere = try await session.client.findTransaction(
                referenceNumber: "ref-1", programID: "prg_stay", fromSeconds: now - 60, toSeconds: now + 60)
            #expect(elsewhere == nil)
            let earlier = try await session.client.transactions(
                fromSeconds: now - 120, toSeconds: now - 60, programID: nil)
            #expect(earlier.isEmpty)
        }
    }

    @Test("a cancelled issuance call is unknown once it may have left, and not sent while it waits its turn")
    func cancellation() async throws {
        try await SandboxSession.run(client: { $0.concurrentCallsMax = 1 }) { session in
            _ = try await session.client.programs()
            session.sandbox.setFaults([SandboxFault(.timeoutBefore)])
            let client = session.client
            let sent = Task {
                await SandboxSession.failure { () async throws(CosmoError) in
                    try await client.issue(SandboxSession.request("ref-1"))
                }
            }
            try await eventually("the call reaches the sandbox") {
                session.sandbox.callCount("POST /transactions") == 1
            }
            let waiting = Task {
                await SandboxSession.failure { () async throws(CosmoError) in
                    try await client.issue(SandboxSession.request("ref-2"))
                }
            }
            waiting.cancel()
            let second = await waiting.value
            #expect(second?.kind == .notSent && second?.reason == .cancelled)
            sent.cancel()
            let first = await sent.value
            #expect(first?.kind == .unknown && first?.outcome == .unknown)
        }
    }
}
