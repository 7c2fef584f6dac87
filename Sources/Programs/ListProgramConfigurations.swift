package import PostgreSQL

/// Lists every plugin configuration a program had.
package struct ListProgramConfigurations: Sendable {
    private let pool: PostgresPool

    /// Makes the use case.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The configurations, newest first.
    ///
    /// **Errors** `INVALID_ARGUMENT` (`program_id`), `UNKNOWN_PROGRAM`.
    package func callAsFunction(programID: String) async throws -> [ProgramConfiguration] {
        guard ProgramIDRule.check(programID) else { throw ProgramsError.programIDInvalid }
        return try await pool.withConnection { connection in
            guard try await !ProgramStore.some([programID], on: connection).isEmpty else {
                throw ProgramsError.unknownProgram(programID)
            }
            return try await ProgramConfigurationStore.all(of: programID, on: connection)
        }
    }

    /// The configurations that decisions pinned, by program: one version of each; what is not there is left out.
    ///
    /// **Cost** One round trip.
    package static func pinned(
        _ versions: [String: Int64], on connection: PostgresConnection
    ) async throws -> [String: ProgramConfiguration] {
        try await ProgramConfigurationStore.some(versions, on: connection)
    }
}
