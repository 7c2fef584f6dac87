package import Logging
package import Rewards

/// What a caller of the service learns of a database error: the one mapping from meaning to reason, kind and outcome,
/// which every door uses, so that one fault is one outcome whatever the transport (I-12).
///
/// **Guarantees** `message` quotes nothing that the server said.
package struct DatabaseFault: UseCaseError, Hashable {
    /// The reasons, the same from every door.
    package enum Reason: String, ErrorReason {
        /// A value of the call cannot be stored, such as a text that holds U+0000.
        case invalidArgument = "INVALID_ARGUMENT"
        /// Another transaction held what the call needs.
        case contention = "CONTENTION"
        /// The database is away, overloaded or a standby now.
        case databaseUnavailable = "DATABASE_UNAVAILABLE"
        /// The answer to COMMIT was lost and could not be found out in time.
        case commitUnknown = "COMMIT_UNKNOWN"
        /// A fault of ours; the log has it.
        case internalFault = "INTERNAL"

        /// What kind of wrong it is.
        package var kind: FaultKind {
            switch self {
            case .invalidArgument: .invalidArgument
            case .contention: .aborted
            case .databaseUnavailable, .commitUnknown: .unavailable
            case .internalFault: .internalFault
            }
        }
    }

    /// The reason for machines.
    package let reason: Reason
    /// What has become of the call.
    package let outcome: EffectOutcome

    /// Maps an error.
    package init(_ error: PostgresError) {
        switch error.meaning {
        case .unreachable, .closed, .unavailable, .timedOut: (reason, outcome) = (.databaseUnavailable, .notApplied)
        case .interrupted: (reason, outcome) = (.databaseUnavailable, .unknown)
        case .unknownCommit: (reason, outcome) = (.commitUnknown, .unknown)
        case .contended: (reason, outcome) = (.contention, .notApplied)
        // Nothing was sent: the statement could not be written down.
        case .refusedRow where error.kind == .encoding: (reason, outcome) = (.invalidArgument, .notApplied)
        // The transaction had no effect; what the same call committed before it may have.
        case .refusedRow, .refusedStatement, .misused: (reason, outcome) = (.internalFault, .unknown)
        }
    }

    /// What to do about it, for people.
    package var message: String {
        switch (reason, outcome) {
        case (.invalidArgument, _):
            "a value of the call cannot be stored, such as a text that holds U+0000; nothing was done: correct it"
        case (.contention, _):
            "another transaction holds what the call needs; nothing was done: make the same call again"
        case (.databaseUnavailable, .notApplied):
            "the database cannot answer now; nothing was done: make the same call again shortly"
        case (.databaseUnavailable, _):
            "the database did not answer, and the call may have taken effect: make the same call again"
        case (.commitUnknown, _):
            "the answer to the commit was lost, and the call may have taken effect: make the same call again"
        case (.internalFault, _): "a fault of ours; the log has it. Equal calls are safe to repeat"
        }
    }
    /// No field is at fault.
    package var field: String? { nil }
    /// The reason as text.
    package var reasonText: String { reason.rawValue }
    /// What kind of wrong it is.
    package var kind: FaultKind { reason.kind }
}

extension Logger {
    /// Logs a database error that ended a call, the same whatever the door.
    ///
    /// Nothing for what no operator mends, which is the caller's own mistake or another caller in the way; the rest as
    /// ``failed(_:_:_:)``.
    package func callFailed(_ error: PostgresError, _ metadata: Logger.Metadata = [:]) {
        switch DatabaseFault(error).reason {
        case .invalidArgument, .contention: break
        case .databaseUnavailable, .commitUnknown, .internalFault:
            failed("a call failed at the database", error, metadata)
        }
    }
}
