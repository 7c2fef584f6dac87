import CPostgreSQL

/// Something the server says beside its answer.
struct ServerNotice: Sendable {
    /// `WARNING`, `NOTICE`, ... in English whatever the server's language.
    let severity: String
    let sqlState: SQLState
    let message: String
    /// The server's own function that reported it.
    let function: String?

    init(_ result: OpaquePointer) {
        func field(_ code: Character) -> String? {
            guard let ascii = code.asciiValue, let text = PQresultErrorField(result, Int32(ascii)) else { return nil }
            return String(cString: text)
        }
        // PG_DIAG_ codes: V severity, not translated; C SQLSTATE; M message; R the function in the server's source.
        severity = field("V") ?? ""
        sqlState = SQLState(rawValue: field("C") ?? "")
        message = field("M") ?? ""
        function = field("R")
    }

    /// Whether this says that a transaction was committed here and may not have reached the standby it was to wait for.
    ///
    /// PostgreSQL answers COMMIT all the same (manual, section 27.2.8.2). Its text is translated, so it is not looked
    /// at: during a COMMIT every warning counts, and elsewhere what the wait for the standby itself reports. A
    /// statement outside a transaction commits by itself, and its warning cannot be distinguished from the statement's
    /// own otherwise.
    func saysCommitMayBeLost(duringCommit: Bool) -> Bool {
        guard severity == "WARNING" || ["01", "57"].contains(sqlState.classCode) else { return false }
        return duringCommit || function == "SyncRepWaitForLSN"
    }
}
