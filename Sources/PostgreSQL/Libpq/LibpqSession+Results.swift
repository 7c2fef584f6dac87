import CPostgreSQL

extension LibpqSession {
    /// The next result of the current command, or `nil` at its end; the caller owns it.
    func nextResult() throws -> OpaquePointer? {
        while PQisBusy(connection) == 1 {
            try flushOrWait()
        }
        return PQgetResult(connection)
    }

    /// Sends what is queued and reads what has come, waiting for the socket once.
    private func flushOrWait() throws {
        let unsent = PQflush(connection)
        if unsent < 0 { throw lost() }
        try waitForSocket(writable: unsent == 1)
        if PQconsumeInput(connection) == 0 { throw lost() }
    }

    /// Sends all that is queued, reading meanwhile so that neither side waits for the other.
    func flush() throws {
        while true {
            let unsent = PQflush(connection)
            if unsent == 0 { return }
            if unsent < 0 { throw lost() }
            try waitForSocket(writable: true)
            if PQconsumeInput(connection) == 0 { throw lost() }
        }
    }

    func lost() -> PostgresError { .connectionLost(trimmedErrorMessage) }

    /// The error a failed result carries.
    func failure(in result: OpaquePointer) -> PostgresError {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        // The letters are libpq's PG_DIAG_ codes: C SQLSTATE, n constraint, t table, c column, M message, D detail,
        // H hint, P position, R the server function that reported.
        let state = field("C")
        // V is the severity; after FATAL and PANIC the server hangs up.
        if isBroken || field("V") == "FATAL" || field("V") == "PANIC" {
            abandon()
            let text = field("M") ?? trimmedErrorMessage
            if let state { noteEnd(SQLState(rawValue: state), text) }
            return .connectionLost(state.map { "\(text) (SQLSTATE \($0))" } ?? text)
        }
        guard let state else {
            let text = PQresultErrorMessage(result).map { String(cString: $0) } ?? "the statement failed"
            return PostgresError(.connectionLost, "libpq reports: \(text)")
        }
        let sqlState = SQLState(rawValue: state)
        let isStalePlan =
            (sqlState == .featureNotSupported && field("R") == "RevalidateCachedQuery")
            || sqlState == .invalidSQLStatementName
        return .server(
            PostgresServerError(
                sqlState: sqlState, constraint: field("n"), table: field("t"), column: field("c"),
                message: field("M") ?? "", detail: field("D"), hint: field("H"),
                position: field("P").flatMap { Int($0) },
                isStalePlan: isStalePlan))
    }

    /// Notes with what the server ended the session, where that says what became of the transaction.
    ///
    /// The server ends a silent transaction before it looks at the next statement. So when it says that it did, a
    /// COMMIT that was on its way was not executed.
    func noteEnd(_ sqlState: SQLState, _ message: String) {
        guard sqlState == .idleInTransactionSessionTimeout else { return }
        ending = .server(PostgresServerError(sqlState: sqlState, message: message))
    }

    /// Notes what an error says about the session's future.
    func note(_ error: PostgresError) {
        switch error.kind {
        case .server(let report) where report.isStalePlan:
            statements.removeAll()
        case .server(let report) where report.sqlState == .readOnlySQLTransaction:
            // After a failover the old primary only reads; a new connection finds the new one.
            isSuspect = true
            foundReadOnly = true
        default:
            break
        }
    }
}
