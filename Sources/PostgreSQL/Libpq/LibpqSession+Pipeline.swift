import CPostgreSQL

extension LibpqSession {
    /// What was queued, in order; the server answers each in turn.
    enum QueuedCommand {
        case control
        case prepare(PreparedStatement, sql: String)
        case execute(PreparedStatement)
    }

    /// Runs `statements` in one round trip, behind `preamble` (a BEGIN) if there is one.
    ///
    /// Outside a transaction the statements are one implicit transaction. The first error voids what follows it.
    func pipeline(_ statements: [EncodedStatement], preamble: String?) throws -> [PostgresResult] {
        let mayRepeat = preamble == nil && !isInTransaction
        do {
            return try pipelineOnce(statements, preamble: preamble)
        } catch let error as PostgresError where mayRepeat && error.server?.isStalePlan == true {
            // The implicit transaction was rolled back and the stale plans forgotten: once more with fresh plans.
            return try pipelineOnce(statements, preamble: preamble)
        }
    }

    private func pipelineOnce(_ statements: [EncodedStatement], preamble: String?) throws -> [PostgresResult] {
        try enterPipelineMode()
        isImplicitTransaction = preamble == nil && !isInTransaction
        let commands = try queue(statements, preamble: preamble)
        try require(PQpipelineSync(connection) == 1)
        var results: [PostgresResult] = []
        results.reserveCapacity(statements.count)
        var firstError: PostgresError?
        for command in commands {
            while let result = try nextResult() {
                if let error = try receive(result, of: command, into: &results), firstError == nil {
                    firstError = error
                }
            }
        }
        try receiveSync()
        if let firstError {
            note(firstError)
            throw firstError
        }
        if isImplicitTransaction { try refuseDoubtfulCommit() }
        return results
    }

    func enterPipelineMode() throws {
        if stream != nil { throw PostgresError.invalidUse("rows are being read on this connection; finish that first") }
        if PQpipelineStatus(connection) == PQ_PIPELINE_OFF { try require(PQenterPipelineMode(connection) == 1) }
    }

    func queue(_ statements: [EncodedStatement], preamble: String?) throws -> [QueuedCommand] {
        var commands: [QueuedCommand] = []
        for name in obsoleteStatements {
            try queueControl("DEALLOCATE \(name)", into: &commands)
        }
        obsoleteStatements.removeAll()
        if let preamble { try queueControl(preamble, into: &commands) }
        var preparing: [(sql: String, statement: PreparedStatement)] = []
        for statement in statements {
            let known =
                self.statements.lookup(statement.sql, for: statement.parameters)
                ?? preparing.first { $0.sql == statement.sql && statement.parameters.fits($0.statement.types) }?
                .statement
            let prepared = known ?? self.statements.makeStatement(for: statement.parameters)
            if known == nil {
                let types = prepared.types
                try require(PQsendPrepare(connection, prepared.name, statement.sql, Int32(types.count), types) == 1)
                commands.append(.prepare(prepared, sql: statement.sql))
                preparing.append((statement.sql, prepared))
            }
            let sent = statement.parameters.withArguments { values, lengths, formats in
                PQsendQueryPrepared(
                    connection, prepared.name, Int32(statement.parameters.count), values, lengths, formats, 1)
            }
            try require(sent == 1)
            commands.append(.execute(prepared))
        }
        return commands
    }

    private func queueControl(_ sql: String, into commands: inout [QueuedCommand]) throws {
        try require(PQsendQueryParams(connection, sql, 0, nil, nil, nil, nil, 1) == 1)
        commands.append(.control)
    }

    /// Takes one result; returns the error that it is, if it is one. Throws where the protocol cannot go on.
    private func receive(
        _ result: OpaquePointer, of command: QueuedCommand, into results: inout [PostgresResult]
    ) throws -> PostgresError? {
        switch (PQresultStatus(result), command) {
        case (PGRES_COMMAND_OK, .prepare(let statement, let sql)):
            obsoleteStatements += statements.insert(statement, sql: sql)
        case (PGRES_COMMAND_OK, .execute(let statement)), (PGRES_TUPLES_OK, .execute(let statement)),
            (PGRES_EMPTY_QUERY, .execute(let statement)):
            noteWrite(result)
            results.append(PostgresResult(storage(adopting: result, of: statement)))
            return nil
        case (PGRES_COMMAND_OK, .control), (PGRES_TUPLES_OK, .control), (PGRES_PIPELINE_ABORTED, _):
            break
        case (PGRES_COPY_IN, _), (PGRES_COPY_OUT, _), (PGRES_COPY_BOTH, _):
            PQclear(result)
            throw refuseCopy()
        default:
            defer { PQclear(result) }
            return failure(in: result)
        }
        PQclear(result)
        return nil
    }

    /// libpq would report a COPY again and again until its data are taken: the connection is given up instead.
    func refuseCopy() -> PostgresError {
        abandon()
        return .invalidUse("COPY is not available through this client; the connection was closed")
    }

    func storage(adopting result: OpaquePointer, of statement: PreparedStatement) -> ResultStorage {
        let columnSet: ColumnSet
        if let known = statement.columnSet, known.describes(result) {
            columnSet = known
        } else {
            columnSet = ColumnSet(describing: result)
            statement.columnSet = columnSet
        }
        return ResultStorage(adopting: result, columnSet: columnSet)
    }

    func receiveSync() throws {
        guard let result = try nextResult() else { throw lost() }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw failure(in: result) }
    }

    func require(_ isDone: Bool) throws {
        if !isDone { throw lost() }
    }
}
