import CPostgreSQL

extension LibpqSession {
    /// Starts a statement whose rows come one at a time (libpq's single-row mode), so that memory stays bounded.
    func startStream(_ encoded: EncodedStatement, preamble: String?) throws {
        try enterPipelineMode()
        // Plans and BEGIN go ahead in a round trip of their own: only the statement itself is left to stream.
        let statement = try prepareAhead(encoded, preamble: preamble)
        let sent = encoded.parameters.withArguments { values, lengths, formats in
            PQsendQueryPrepared(
                connection, statement.name, Int32(encoded.parameters.count), values, lengths, formats, 1)
        }
        try require(sent == 1)
        try require(PQsetSingleRowMode(connection) == 1)
        try require(PQpipelineSync(connection) == 1)
        try flush()
        stream = StreamState(statement: statement)
    }

    /// The next rows, at most `limit`; an empty answer is the end.
    func nextRows(limit: Int) throws -> [PostgresRow] {
        guard let statement = stream?.statement else { return [] }
        var rows: [PostgresRow] = []
        while rows.count < limit {
            guard let result = try nextResult() else {
                try finishStream()
                try refuseDoubtfulCommit()
                break
            }
            switch PQresultStatus(result) {
            case PGRES_SINGLE_TUPLE:
                rows.append(PostgresRow(storage: storage(adopting: result, of: statement), index: 0))
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                PQclear(result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                PQclear(result)
                stream = nil
                throw refuseCopy()
            default:
                let error = failure(in: result)
                PQclear(result)
                while let rest = try nextResult() { PQclear(rest) }
                try finishStream()
                note(error)
                throw error
            }
        }
        return rows
    }

    /// Ends a stream whose reader wants no more rows: the server is asked to stop, what it sent is dropped.
    func abandonStream() throws {
        guard stream != nil else { return }
        isSuspect = true
        requestCancel()
        while let rest = try nextResult() { PQclear(rest) }
        try finishStream()
    }

    private func finishStream() throws {
        stream = nil
        try receiveSync()
    }

    private func prepareAhead(_ encoded: EncodedStatement, preamble: String?) throws -> PreparedStatement {
        let known = statements.lookup(encoded.sql, for: encoded.parameters)
        if let known, preamble == nil { return known }
        let statement = known ?? statements.makeStatement(for: encoded.parameters)
        let isNew = known == nil
        if let preamble { try require(PQsendQueryParams(connection, preamble, 0, nil, nil, nil, nil, 1) == 1) }
        if isNew {
            try require(
                PQsendPrepare(connection, statement.name, encoded.sql, Int32(statement.types.count), statement.types)
                    == 1)
        }
        try require(PQpipelineSync(connection) == 1)
        var firstError: PostgresError?
        for _ in 0..<((preamble == nil ? 0 : 1) + (isNew ? 1 : 0)) {
            while let result = try nextResult() {
                defer { PQclear(result) }
                if PQresultStatus(result) != PGRES_COMMAND_OK, firstError == nil { firstError = failure(in: result) }
            }
        }
        try receiveSync()
        if let firstError { throw firstError }
        if isNew { obsoleteStatements += statements.insert(statement, sql: encoded.sql) }
        return statement
    }
}
