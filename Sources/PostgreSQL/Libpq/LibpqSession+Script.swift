import CPostgreSQL

extension LibpqSession {
    /// Runs a script of any number of statements over the simple protocol; its rows are dropped.
    func execute(_ script: String) throws {
        if stream != nil { throw PostgresError.invalidUse("rows are being read on this connection; finish that first") }
        if script.utf8.contains(0) { throw PostgresError.encoding("an SQL script cannot hold the character U+0000") }
        if PQpipelineStatus(connection) != PQ_PIPELINE_OFF { try require(PQexitPipelineMode(connection) == 1) }
        try require(PQsendQuery(connection, script) == 1)
        var firstError: PostgresError?
        while let result = try nextResult() {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                break
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                throw refuseCopy()
            default:
                if firstError == nil { firstError = failure(in: result) }
            }
        }
        if let firstError {
            note(firstError)
            throw firstError
        }
        try refuseDoubtfulCommit()
    }

    /// Runs one statement over the simple protocol and returns the first value of its first row, as text.
    func firstValue(of sql: String) throws -> String? {
        if PQpipelineStatus(connection) != PQ_PIPELINE_OFF { try require(PQexitPipelineMode(connection) == 1) }
        try require(PQsendQuery(connection, sql) == 1)
        var value: String?
        var firstError: PostgresError?
        while let result = try nextResult() {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK where PQntuples(result) > 0:
                value = PQgetvalue(result, 0, 0).map { String(cString: $0) }
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK: break
            default: if firstError == nil { firstError = failure(in: result) }
            }
        }
        if let firstError { throw firstError }
        return value
    }

    /// The notifications that have arrived.
    func takeNotifications() -> [(channel: String, payload: String)] {
        var taken: [(String, String)] = []
        while let notification = PQnotifies(connection) {
            taken.append((String(cString: notification.pointee.relname), String(cString: notification.pointee.extra)))
            PQfreemem(notification)
        }
        return taken
    }
}
