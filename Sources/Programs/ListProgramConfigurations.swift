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
        let (programs, configurations) = try await pool.pipeline(
            ProgramStore.read(programID), ProgramConfigurationStore.all(of: programID))
        guard !programs.isEmpty else { throw ProgramsError.unknownProgram(programID) }
        return configurations
    }

    /// The configurations that decisions pinned, one version of each program; what is not there is left out.
    package static func pinned(
        _ versions: [String: Int64]
    ) -> Query<(programID: String, configuration: ProgramConfiguration)> {
        ProgramConfigurationStore.some(versions)
    }
}
