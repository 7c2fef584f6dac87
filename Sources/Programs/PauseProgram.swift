package import OperatorRecord
package import PostgreSQL

/// Stops or resumes issuing to a program; earning goes on.
///
/// **Guarantees** Idempotent. On resuming, issuance looks at the program's positions again: the wake-up is committed
/// with the change.
package struct PauseProgram: Sendable {
    private let pool: PostgresPool
    private let catalogue: ProgramCatalogue
    private let effects: ProgramsEffects
    private let now: @Sendable () -> PostgresTimestamp

    /// Makes the use case.
    package init(
        pool: PostgresPool, catalogue: ProgramCatalogue, effects: ProgramsEffects = ProgramsEffects(),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        self.catalogue = catalogue
        self.effects = effects
        self.now = now
    }

    /// Pauses or resumes, and returns the program.
    ///
    /// - Parameter audit: Recorded in the same transaction, when anything changes.
    /// **Errors** `INVALID_ARGUMENT` (`program_id`), `UNKNOWN_PROGRAM`.
    package func callAsFunction(programID: String, isPaused: Bool, audit: AuditEntry? = nil) async throws -> Program {
        guard ProgramIDRule.check(programID) else { throw ProgramsError.programIDInvalid }
        let time = now()
        let attempts = CommitAttempts()
        let (program, isChanged) = try await pool.withLine(ProgramLine.name(programID)) {
            try await pool.commit(attempts) { connection -> (Program, Bool) in
                let (_, found) = try await connection.pipeline(
                    ProgramStore.lock(programID), ProgramStore.read(programID))
                guard let program = found.first else { throw ProgramsError.unknownProgram(programID) }
                guard program.isIssuingPaused != isPaused else { return (program, attempts.isInDoubt) }
                let statements =
                    [ProgramStore.setPaused(programID, isPaused, at: time)]
                    + (isPaused ? [] : effects.onTermsChanged(programID))
                    + audit.statements + [ProgramStore.notifyChanged()]
                let (_, changed) = try await connection.pipeline(statements, ProgramStore.read(programID))
                // The row is ours by the lock, so it is there.
                return (changed.first ?? program, true)
            }
        }
        if isChanged { await catalogue.followCommit() }
        return program
    }
}
