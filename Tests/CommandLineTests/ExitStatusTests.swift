import ArgumentParser
import PostgreSQL
import RPC
import Testing

@testable import multibrand

@Suite("The exit code says what happened")
struct ExitStatusTests {
    @Test(
        "each refusal of the service has its code",
        arguments: [
            (RPCStatusCode.notFound, multibrand.ExitStatus.notFound), (.alreadyExists, .conflict),
            (.aborted, .conflict),
            (.failedPrecondition, .conflict), (.invalidArgument, .refused), (.outOfRange, .refused),
            (.unimplemented, .refused),
            (.unauthenticated, .notAllowed), (.permissionDenied, .notAllowed), (.unavailable, .unavailable),
            (.deadlineExceeded, .unavailable), (.resourceExhausted, .unavailable), (.internal, .failed),
            (.dataLoss, .failed),
        ])
    func service(_ code: RPCStatusCode, _ status: multibrand.ExitStatus) {
        let error = RPCError(code, "words", reason: "REASON", domain: "d", facts: ["outcome": "not_applied"])
        let failure = CommandFailure(error)
        #expect(failure?.status == status)
        #expect(failure?.message == "words [REASON]")
    }

    @Test("an outcome that is not known has a code of its own")
    func unknown() {
        let error = RPCError(
            .unavailable, "words", reason: "COMMIT_UNKNOWN", domain: "d", facts: ["outcome": "unknown"])
        #expect(CommandFailure(error)?.status == .outcomeUnknown)
    }

    @Test("a service that is not there is named as that")
    func notThere() {
        let failure = CommandFailure(RPCError(.unavailable, "connection refused"))
        #expect(failure?.status == .unavailable)
        #expect(failure?.message.contains("--address") == true)
    }

    @Test("a file's problem is a refusal, and what the parser knows is left to it")
    func others() {
        #expect(CommandFailure(PurchaseProblem(reason: "R", message: "m"))?.status == .refused)
        #expect(CommandFailure(ValidationError("usage")) == nil)
        #expect(CommandFailure(multibrand.ExitStatus.violations.code) == nil)
        #expect(CommandFailure(CancellationError())?.status == .failed)
    }

    @Test("no two codes are the same, and none is one the shell uses")
    func distinct() {
        let codes = multibrand.ExitStatus.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { $0 < 126 && $0 != 2 })
    }
}
