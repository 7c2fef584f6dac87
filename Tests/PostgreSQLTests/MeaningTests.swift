import Rewards
import Testing

@testable import PostgreSQL

@Suite("What a database error means")
struct MeaningTests {
    @Test(
        "each kind has one meaning",
        arguments: [
            (PostgresError.Kind.connectionLost, PostgresError.Meaning.interrupted), (.connectionFailed, .unreachable),
            (.leaseTimeout, .unreachable), (.closed, .closed), (.timeout, .timedOut), (.lockBusy, .contended),
            (.commitOutcomeUnknown, .unknownCommit), (.transactionAborted, .misused), (.invalidUse, .misused),
            (.decoding, .refusedRow), (.encoding, .refusedRow),
        ])
    func ofKind(kind: PostgresError.Kind, meaning: PostgresError.Meaning) {
        #expect(PostgresError(kind, "").meaning == meaning)
    }

    @Test("a connection that broke before its COMMIT was sent left nothing behind")
    func undone() {
        #expect(PostgresError.unsent.meaning == .unreachable)
        #expect(PostgresError.connectionLost("it broke").undone.meaning == .unreachable)
        #expect(!PostgresError.unsent.meaning.mayHaveTakenEffect)
    }

    @Test(
        "each SQLSTATE has one meaning",
        arguments: [
            ("40001", PostgresError.Meaning.contended), ("40P01", .contended), ("55P03", .contended),
            ("53100", .unavailable), ("53200", .unavailable), ("53300", .unavailable), ("57014", .unavailable),
            ("57P01", .unavailable), ("57P03", .unavailable), ("25006", .unavailable), ("08006", .unavailable),
            ("22003", .refusedRow), ("22P02", .refusedRow), ("23502", .refusedRow), ("23503", .refusedRow),
            ("23505", .refusedRow), ("23514", .refusedRow), ("21000", .refusedRow), ("54000", .refusedRow),
            ("P0001", .refusedRow), ("XX001", .refusedRow), ("42P01", .refusedStatement), ("42703", .refusedStatement),
            ("42501", .refusedStatement), ("25P02", .refusedStatement),
            ("25P03", .timedOut),
            ("0A000", .refusedStatement),
            ("55006", .refusedStatement),
        ])
    func ofState(state: String, meaning: PostgresError.Meaning) {
        #expect(Self.refusal(state).meaning == meaning)
    }

    @Test("a plan that no longer fits is made again")
    func stalePlan() {
        let report = PostgresServerError(
            sqlState: .featureNotSupported, constraint: nil, table: nil, column: nil, message: "", detail: nil,
            hint: nil,
            position: nil, isStalePlan: true)
        #expect(PostgresError.server(report).meaning == .contended)
    }

    /// The table of ``PostgresError/Meaning``: took effect, may pass, outage.
    @Test(
        "the properties of a meaning agree with its table",
        arguments: [
            (PostgresError.Meaning.unreachable, false, true, true), (.closed, false, false, true),
            (.interrupted, true, true, true), (.unavailable, false, true, true), (.timedOut, false, true, false),
            (.contended, false, true, false), (.unknownCommit, true, true, true), (.refusedRow, false, false, false),
            (.refusedStatement, false, false, false), (.misused, false, false, false),
        ])
    func table(meaning: PostgresError.Meaning, mayHaveTakenEffect: Bool, mayPass: Bool, isOutage: Bool) {
        #expect(meaning.mayHaveTakenEffect == mayHaveTakenEffect)
        #expect(meaning.mayPass == mayPass && meaning.isOutage == isOutage)
    }

    @Test("a caller never learns that nothing was done of what may have been done")
    func faults() {
        let kinds: [PostgresError.Kind] = [
            .connectionLost, .connectionFailed, .leaseTimeout, .closed, .timeout, .lockBusy, .commitOutcomeUnknown,
            .transactionAborted, .invalidUse, .decoding, .encoding,
        ]
        let states = ["40001", "53100", "57P01", "25006", "55P03", "23505", "22003", "42P01", "XX000"]
        for error in kinds.map({ PostgresError($0, "secret") }) + states.map(Self.refusal) {
            let fault = DatabaseFault(error)
            if error.meaning.mayHaveTakenEffect { #expect(fault.outcome == .unknown, "\(error)") }
            if error.meaning.isOutage { #expect(fault.kind == .unavailable, "\(error)") }
            #expect(fault.outcome != .applied && fault.field == nil && !fault.message.contains("secret"))
            let saysNothingDone = fault.message.contains("nothing was done")
            #expect(saysNothingDone == (fault.outcome == .notApplied), "\(error)")
        }
    }

    private static func refusal(_ state: String) -> PostgresError {
        .server(PostgresServerError(sqlState: SQLState(rawValue: state), message: "secret"))
    }
}
