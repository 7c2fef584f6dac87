import PostgreSQL

extension SpendingError {
    /// What a database error is to a call; nil for a fault of ours.
    init?(ofCall error: PostgresError) {
        switch error.meaning {
        case .unreachable, .closed, .interrupted, .unavailable, .timedOut: self = .callDatabaseUnavailable
        case .contended: self = .cardBusy
        case .unknownCommit: self = .callCommitUnknown
        case .refusedRow, .refusedStatement, .misused: return nil
        }
    }

    /// What a database error is to a spend of the batch that met it.
    init(ofSpend error: PostgresError) {
        switch error.meaning {
        case .unreachable, .closed, .interrupted, .unavailable, .timedOut: self = .databaseUnavailable
        case .contended: self = .contention
        case .unknownCommit: self = .commitUnknown
        case .refusedRow: self = error.saysNumberIsOutOfRange ? .rewardOverflow : .internalFault
        case .refusedStatement, .misused: self = .internalFault
        }
    }
}
