import Waiting

extension PostgresError {
    /// What a failure means to the caller. It is the one classification of database errors (I-12): rooms and doors
    /// decide by it and by nothing else.
    ///
    /// | meaning | had an effect | the same again | about one row | outage |
    /// |---|---|---|---|---|
    /// | ``unreachable`` | no | may succeed | no | yes |
    /// | ``closed`` | no | not in this process | no | yes |
    /// | ``interrupted`` | maybe | may succeed | no | yes |
    /// | ``unavailable`` | no | may succeed | no | yes |
    /// | ``timedOut`` | no | may succeed | no | no |
    /// | ``contended`` | no | may succeed | no | no |
    /// | ``unknownCommit`` | maybe | shows the outcome | no | yes |
    /// | ``refusedRow`` | no | fails again | maybe | no |
    /// | ``refusedStatement`` | no | fails again | no | no |
    /// | ``misused`` | no | fails again | no | no |
    ///
    /// "Had an effect" speaks of the transaction or statement that failed. What the same call committed before stays.
    package enum Meaning: Sendable, Hashable, CaseIterable {
        /// No connection was to be had, or it broke before its transaction was committed.
        case unreachable
        /// The pool is closed: this process takes no more work.
        case closed
        /// The connection broke while a statement ran that commits by itself.
        case interrupted
        /// The server refuses because of its state: it starts or ends, is short of resources, or only reads, as a
        /// standby does.
        case unavailable
        /// The statement took longer than it may and was cancelled, or the transaction was silent for longer than it
        /// may and the server ended it.
        case timedOut
        /// Another transaction was in the way: a lock that was not to be had in time, a deadlock, a conflict, a plan
        /// that no longer fits.
        case contended
        /// The answer to COMMIT was lost. Only a later transaction that commits settles the outcome.
        case unknownCommit
        /// The values of a row were refused or cannot be sent or read, or a stored row is damaged: the other rows of a
        /// batch may well pass.
        case refusedRow
        /// The statement is at odds with the schema, whatever its rows are.
        case refusedStatement
        /// A defect of ours in the use of this client.
        case misused
    }

    /// What the failure means.
    package var meaning: Meaning {
        switch kind {
        case .server(let report): report.meaning
        case .connectionLost: hadNoEffect ? .unreachable : .interrupted
        case .connectionFailed, .leaseTimeout: .unreachable
        case .closed: .closed
        case .timeout: .timedOut
        case .lockBusy: .contended
        case .commitOutcomeUnknown: .unknownCommit
        case .decoding, .encoding: .refusedRow
        case .transactionAborted, .invalidUse: .misused
        }
    }
}

extension PostgresError.Meaning {
    /// Whether what failed may have taken effect all the same.
    package var mayHaveTakenEffect: Bool {
        switch self {
        case .interrupted, .unknownCommit: true
        case .unreachable, .closed, .unavailable, .timedOut, .contended, .refusedRow, .refusedStatement, .misused: false
        }
    }

    /// Whether the same may succeed when this process tries it again.
    package var mayPass: Bool {
        switch self {
        case .unreachable, .interrupted, .unavailable, .timedOut, .contended, .unknownCommit: true
        case .closed, .refusedRow, .refusedStatement, .misused: false
        }
    }

    /// Whether the database is away for now, and nothing is wrong with what was asked of it.
    package var isOutage: Bool {
        switch self {
        case .unreachable, .closed, .interrupted, .unavailable, .unknownCommit: true
        case .timedOut, .contended, .refusedRow, .refusedStatement, .misused: false
        }
    }
}

extension PostgresError: ReportedError {
    /// Whether the database is away, which the pool logs once an outage.
    package var isReported: Bool { meaning.isOutage }
}

extension PostgresError {
    /// Whether the server refuses writes, as a standby does.
    package var saysServerOnlyReads: Bool { sqlState == .readOnlySQLTransaction }

    /// Whether the server ended the transaction because it was silent for too long.
    var saysTransactionWasSilent: Bool { sqlState == .idleInTransactionSessionTimeout }

    /// Whether a number of a row does not fit its column.
    package var saysNumberIsOutOfRange: Bool { sqlState == .numericValueOutOfRange }

    /// The same failure of a call that committed something before: no answer of it may say that nothing was done.
    package var afterCommit: PostgresError { PostgresError(.commitOutcomeUnknown, message) }
}

extension PostgresServerError {
    /// What the server's refusal means (PostgreSQL manual, appendix A).
    fileprivate var meaning: PostgresError.Meaning {
        if isStalePlan || sqlState == .lockNotAvailable { return .contended }
        if sqlState == .readOnlySQLTransaction { return .unavailable }
        if sqlState == .idleInTransactionSessionTimeout { return .timedOut }
        return switch sqlState.classCode {
        // Serialization failure, deadlock.
        case "40": .contended
        // Connection exception, insufficient resources, operator intervention.
        case "08", "53", "57": .unavailable
        // Rows of one statement in each other's way, data exception, integrity constraint, check of a view, a limit
        // such as an index entry's size, raised by a trigger; damage met in files and pages.
        case "21", "22", "23", "44", "54", "P0", "58", "XX": .refusedRow
        default: .refusedStatement
        }
    }
}
