import Foundation
import Synchronization
import Testing

@testable import Cosmo
@testable import CosmoSandbox

@Suite("Issuing points")
struct IssuanceCallTests {
    @Test("the date of a transaction is a whole ISO 8601 time in UTC, to the millisecond")
    func date() {
        #expect(SandboxCore.iso8601(1_795_000_000_427) == "2026-11-18T11:06:40.427Z")
        #expect(SandboxCore.iso8601(1_795_000_000_000) == "2026-11-18T11:06:40.000Z")
    }

    @Test("a value is converted by Cosmo, exact points are issued as they are")
    func bothModes() async throws {
        try await SandboxSession.run { session in
            let byValue = try await session.client.issue(SandboxSession.request("ref-value"))
            #expect(byValue.totalPoints == 2000 && byValue.referenceNumber == "ref-value")
            #expect(byValue.totalMicroPoints == 2_000_000_000)
            let exact = try await session.client.issue(
                SandboxSession.request("ref-exact", value: 1500, currency: CosmoIssuanceRequest.pointsCurrency))
            #expect(exact.totalPoints == 1500)
            #expect(
                session.sandbox.balances()
                    == [.init(programID: "prg_sky", accountKey: "M-1001", points: 3500, transactions: 2)])
        }
    }

    @Test("points written as a string are the same answer")
    func pointsAsString() async throws {
        try await SandboxSession.run { session in
            session.sandbox.switches.issuedPointsStyle = .string
            let answer = try await session.client.issue(SandboxSession.request("r1"))
            #expect(answer.totalPoints == 2000)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let userID: String
        let kind: CosmoError.Kind
        let reason: CosmoError.Reason
        let status: Int
        var testDescription: String { userID }
    }

    @Test(
        "each row of the error table is classified, and a refusal leaves nothing behind",
        arguments: [
            Refusal(userID: "SIM-INVALID-MEMBER", kind: .refused, reason: .invalidRequest, status: 400),
            Refusal(userID: "SIM-TOKEN-EXPIRED", kind: .refused, reason: .tokenRefused, status: 401),
            Refusal(userID: "SIM-MISSING-FIELD", kind: .refused, reason: .invalidRequest, status: 400),
            Refusal(userID: "SIM-VALUE-LIMIT", kind: .refused, reason: .invalidRequest, status: 400),
            Refusal(userID: "SIM-POINTS-LIMIT", kind: .refused, reason: .invalidRequest, status: 400),
            Refusal(userID: "SIM-BAD-PROGRAM", kind: .refused, reason: .unknownProgram, status: 404),
            Refusal(userID: "SIM-NO-PARTNERSHIP", kind: .refused, reason: .noPartnership, status: 403),
            Refusal(userID: "SIM-SERVER-ERROR", kind: .unknown, reason: .serverError, status: 500),
        ])
    func errorTable(_ row: Refusal) async throws {
        try await SandboxSession.run { session in
            for body in SandboxSwitches.ErrorBody.allCases {
                session.sandbox.switches.errorBody = body
                let error = await SandboxSession.failure { () async throws(CosmoError) in
                    try await session.client.issue(SandboxSession.request("r-\(body.rawValue)", userID: row.userID))
                }
                #expect(error?.kind == row.kind)
                #expect(error?.reason == row.reason)
                #expect(error?.status == row.status)
                #expect(error?.outcome == (row.kind == .refused ? .notApplied : .unknown))
                #expect(error?.description.contains(row.userID) == false)
            }
            #expect(session.sandbox.transactions().isEmpty)
        }
    }

    @Test(
        "what a program does not allow is refused without effect",
        arguments: [
            ("prg_sky", Int64(1), "USD", 400), ("prg_sky", 1251, "USD", 400), ("prg_sky", 99, "POINTS", 400),
            ("prg_sky", 100_001, "POINTS", 400), ("prg_cash", 10, "POINTS", 400), ("prg_sky", 25, "EUR", 400),
            ("prg_closed", 25, "USD", 403), ("prg_nowhere", 25, "USD", 404), ("prg_shop", 25, "USD", 400),
        ])
    func refused(_ programID: String, _ value: Int64, _ currency: String, _ status: Int) async throws {
        try await SandboxSession.run { session in
            let request = SandboxSession.request("r1", programID: programID, value: value, currency: currency)
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(request)
            }
            #expect(error?.kind == .refused && error?.status == status)
            #expect(session.sandbox.transactions().isEmpty)
        }
    }

    @Test("limits are inclusive at both ends", arguments: [100, 100_000] as [Int64])
    func inclusiveLimits(_ points: Int64) async throws {
        try await SandboxSession.run { session in
            let answer = try await session.client.issue(
                SandboxSession.request("r1", value: points, currency: "POINTS"))
            #expect(answer.totalPoints == Decimal(points))
        }
    }

    private static func request(_ change: (inout CosmoIssuanceRequest) -> Void) -> CosmoIssuanceRequest {
        var request = SandboxSession.request("r1")
        change(&request)
        return request
    }

    @Test(
        "what Cosmo could only refuse is refused before it is sent",
        arguments: [
            (CosmoError.Reason.invalidValue, request { $0.value = 0 }), (.invalidValue, request { $0.value = -5 }),
            (.invalidReference, request { $0.referenceNumber = "" }),
            (.invalidReference, request { $0.referenceNumber = String(repeating: "a", count: 65) }),
            (.invalidReference, request { $0.referenceNumber = "a/b" }),
            (.invalidCurrency, request { $0.currency = "usd" }), (.invalidCurrency, request { $0.currency = "" }),
            (.accountMissing, request { $0.account = CosmoAccount(fields: [:]) }),
            (.invalidIdentifier, request { $0.programID = ".." }), (.invalidIdentifier, request { $0.programID = "" }),
        ])
    func refusedBeforeSending(_ reason: CosmoError.Reason, _ request: CosmoIssuanceRequest) async throws {
        try await SandboxSession.run { session in
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(request)
            }
            #expect(error?.kind == .refused && error?.reason == reason && error?.outcome == .notApplied)
            #expect(session.sandbox.callCount("POST /transactions") == 0)
        }
    }

    @Test("with exact points switched off, they are refused by the client, or else by Cosmo")
    func pointsModeOff() async throws {
        let request = SandboxSession.request("r1", value: 500, currency: "POINTS")
        try await SandboxSession.run(client: { $0.pointsModeEnabled = false }) { session in
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(request)
            }
            #expect(error?.reason == .pointsModeDisabled)
        }
        try await SandboxSession.run { session in
            session.sandbox.switches.pointsModeEnabled = false
            let error = await SandboxSession.failure { () async throws(CosmoError) in
                try await session.client.issue(request)
            }
            #expect(error?.kind == .refused && error?.status == 400)
        }
    }

    @Test(
        "a production client never sends an id of the sandbox, whatever its case",
        arguments: [
            "SIM-SERVER-ERROR", "sim-timeout-lost", " SIM-VALUE-LIMIT ",
        ])
    func productionSafety(_ userID: String) async throws {
        let configuration = SandboxSession.configuration("https://127.0.0.1:1", environment: .production)
        let client = try CosmoClient(configuration: configuration, logger: SandboxSession.quietLogger())
        let issuance = await SandboxSession.failure { () async throws(CosmoError) in
            try await client.issue(SandboxSession.request("r1", userID: userID))
        }
        #expect(issuance?.reason == .sandboxOnlyAccount && issuance?.kind == .refused)
        let validation = await SandboxSession.failure { () async throws(CosmoError) in
            try await client.validateMember(programID: "prg_sky", account: CosmoAccount(userID: userID))
        }
        #expect(validation?.reason == .sandboxOnlyAccount)
        await client.shutdown()
    }

    @Test("production refuses plain http, so the account never travels in the clear")
    func productionNeedsTLS() {
        let configuration = SandboxSession.configuration("http://api.example.org", environment: .production)
        #expect(configuration.problems().map(\.setting) == ["authBaseURL", "apiBaseURL", "widgetAuthBaseURL"])
    }

    @Test("validate, preview and issuance leave an audit record each, without the member's account")
    func audit() async throws {
        let records = Mutex<[CosmoCallRecord]>([])
        try await SandboxSession.run(audit: { record in records.withLock { $0.append(record) } }) { session in
            let client = session.client
            let account = CosmoAccount(userID: "M-123456789", email: "zoe@example.org")
            _ = try await client.programs()
            _ = try await client.validateMember(programID: "prg_sky", account: account)
            _ = try await client.preview(programID: "prg_sky", value: 25)
            var request = SandboxSession.request("ref-9")
            request.account = account
            _ = try await client.issue(request)
            request.programID = "prg_nowhere"
            _ = try? await client.issue(request)
        }
        let kept = records.withLock { $0 }
        #expect(kept.map(\.call) == [.validateMember, .preview, .issuance, .issuance])
        #expect(kept.map(\.outcome) == [.answered, .answered, .answered, .notApplied])
        #expect(kept.map(\.responseStatus) == [201, 201, 201, 404])
        #expect(kept.map(\.referenceNumber) == [nil, nil, "ref-9", "ref-9"])
        #expect(kept.last?.reason == .unknownProgram)
        #expect(kept[2].requestSummary.contains("M-1…9"))
        for record in kept {
            let text = "\(record)"
            #expect(!text.contains("M-123456789") && !text.contains("zoe@example.org"))
            #expect(record.startedAtMicroseconds > 1_700_000_000_000_000 && record.duration > .zero)
        }
    }
}
