import Logging
import RPC
import Rewards
import TestSupport
import Testing

@testable import MultibrandRPC
@testable import PostgreSQL
@testable import WalletHTTP

@Suite("One database fault, whatever the door")
struct DatabaseFaultTests {
    private static let kinds: [PostgresError.Kind] = [
        .connectionLost, .connectionFailed, .timeout, .leaseTimeout, .lockBusy, .commitOutcomeUnknown,
        .transactionAborted, .decoding, .encoding, .closed, .invalidUse,
    ]
    private static let states = [
        "0A000", "08006", "21000", "22003", "22P02", "23502", "23503", "23505", "23514", "25006", "25P02", "40001",
        "40P01",
        "42501", "42703", "42P01", "53100", "53200", "53300", "54000", "55006", "55P03", "57014", "57P01", "57P03",
        "58030",
        "P0001", "XX000",
    ]

    static let errors: [PostgresError] =
        kinds.map { PostgresError($0, "for operators only") } + [.unsent]
        + states.map { .server(PostgresServerError(sqlState: SQLState(rawValue: $0), message: "for operators only")) }

    private static let refusals: Refusals = {
        var logger = Logger(label: "multibrand.test")
        logger.logLevel = .critical
        return Refusals(logger: logger)
    }()

    @Test("both doors say the same kind and the same outcome, and quote nothing", arguments: errors)
    func doors(_ error: PostgresError) {
        let fault = DatabaseFault(error)
        #expect((fault.kind == .invalidArgument) == (error.kind == .encoding), "only that is the caller's fault")
        let rpc = Self.refusals.refusal(error, "/test")
        #expect(rpc.code == RPCStatusCode(fault.kind))
        #expect(rpc.errorInfo?.reason == fault.reasonText)
        #expect(rpc.errorInfo?.metadata["outcome"] == fault.outcome.rawValue)

        let rest = WalletRefusal(of: error)
        // The wallet's contract has one code for them and tells apart what passes by its status.
        #expect(rest.code == (rpc.code == .invalidArgument ? "VALIDATION" : "INTERNAL"))
        #expect((rest.status == 500) == (rpc.code == .internal))
        #expect((rest.status == 503) == [.unavailable, .aborted].contains(rpc.code))
        #expect((rest.retryAfterSeconds != nil) == (rest.status == 503))
        if rest.status == 503 {
            let outcome = rpc.errorInfo?.metadata["outcome"]
            #expect(rest.message.contains("nothing was changed") == (outcome == "not_applied"))
            #expect(rest.message.contains("may have taken effect") == (outcome == "unknown"))
        }
        #expect(!rest.message.contains("operators") && !rpc.message.contains("operators"))
    }

    @Test("both doors log the same: nothing of what no operator mends, and an outage at debug", arguments: errors)
    func logs(_ error: PostgresError) {
        let (rpc, rest) = (RecordedLog(), RecordedLog())
        _ = Refusals(logger: rpc.logger).refusal(error, "/test")
        _ = WalletFailures(logger: rest.logger).refusal(of: error, [:])
        let level =
            switch DatabaseFault(error).reason {
            case .invalidArgument, .contention: String?.none
            case .databaseUnavailable, .commitUnknown, .internalFault: error.meaning.isOutage ? "debug" : "error"
            }
        #expect(rpc.all == (level.map { ["\($0) a call failed at the database"] } ?? []))
        #expect(rest.all == rpc.all)
    }

    @Test("a row that another call holds is a 503 to be retried, with nothing changed")
    func busyRow() {
        let rest = WalletRefusal(of: PostgresError.lockRefused)
        #expect(rest.status == 503 && rest.retryAfterSeconds == 1)
        #expect(
            rest.message
                == "another request has locked a row that this one needs, and nothing was changed: send the request "
                + "again")
    }

    @Test("every meaning of a database error is among them")
    func complete() {
        #expect(Set(Self.errors.map(\.meaning)) == Set(PostgresError.Meaning.allCases))
    }
}
