package import Cosmo
package import Logging
package import OperatorRecord
package import PostgreSQL
import Waiting

/// Reads Cosmo's catalogue and required fields and stores what they say.
///
/// Programs that the catalogue no longer has stay, marked as not listed: what was earned with them is still owed. A
/// field question that fails leaves the fields that are known.
/// **Guarantees** All or nothing for the catalogue; processes that refresh at the same time agree in the end.
package struct RefreshPrograms: Sendable {
    private let pool: PostgresPool
    private let cosmo: any CosmoAPI
    private let effects: ProgramsEffects
    private let logger: Logger
    private let now: @Sendable () -> PostgresTimestamp

    /// What a refresh found.
    package struct Summary: Sendable, Hashable {
        /// How many programs the catalogue has.
        package let listed: Int
        /// How many of them are new or changed.
        package let changed: Int
        /// How many stored programs it no longer has.
        package let unlisted: Int
        /// For how many Cosmo did not tell the required fields this time.
        package let fieldsMissing: Int
        /// Every program as the refresh left it, in order of id.
        package let programs: [Program]
    }

    /// How many field questions are asked at the same time.
    private static let questionsAtOnce = 4

    /// Makes the use case.
    package init(
        pool: PostgresPool, cosmo: any CosmoAPI, effects: ProgramsEffects = ProgramsEffects(), logger: Logger,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        self.cosmo = cosmo
        self.effects = effects
        self.logger = logger
        self.now = now
    }

    /// Refreshes once.
    ///
    /// - Parameter audit: Recorded in the same transaction (I-12).
    /// **Errors** `COSMO_UNAVAILABLE`, `COSMO_REFUSED`: nothing is changed; `PostgresError`.
    package func callAsFunction(audit: AuditEntry? = nil) async throws -> Summary {
        let entries = try await readCatalogue()
        let time = now()
        // When nothing has changed, the time of the refresh is written and no worker need look.
        let (change, programs) = try await pool.withLine(ProgramLine.all) {
            try await pool.withTransaction(makesWork: false) { connection in
                let (_, stored) = try await connection.pipeline(ProgramStore.lockAll, ProgramStore.all)
                let change = CatalogueChange(stored: stored, catalogue: entries)
                var statements = [
                    ProgramStore.upsert(change.written, at: time), ProgramStore.touch(change.unchanged, at: time),
                    ProgramStore.unlist(change.unlisted, at: time),
                ]
                statements += change.termsChanged.sorted().flatMap(effects.onTermsChanged)
                if change.isVisible { statements.append(ProgramStore.notifyChanged()) }
                let (_, programs) = try await connection.pipeline(statements + audit.statements, ProgramStore.all)
                return (change, programs)
            }
        }
        if change.isVisible { pool.commits.raise() }
        for programID in change.taken {
            logger.warning(
                """
                Cosmo's catalogue contains the id of an own program that pays into the wallet; Cosmo's entry is \
                ignored
                """,
                metadata: ["program_id": "\(programID)"])
        }
        return Summary(
            listed: entries.count, changed: change.written.count, unlisted: change.unlisted.count,
            fieldsMissing: entries.filter { $0.requiredFields == nil }.count, programs: programs)
    }

    private func readCatalogue() async throws -> [CatalogueEntry] {
        let listed: [CosmoProgram]
        do {
            listed = try await cosmo.programs()
        } catch {
            throw Self.refusal(error)
        }
        var seen: Set<String> = []
        let programs = listed.filter { program in
            let isUsable = ProgramIDRule.check(program.id) && seen.insert(program.id).inserted
            if !isUsable {
                logger.warning("the catalogue contains a program twice or with an unusable id; the entry is ignored")
            }
            return isUsable
        }
        return try await withThrowingTaskGroup(of: CatalogueEntry.self) { group in
            var entries: [CatalogueEntry] = []
            for (number, program) in programs.enumerated() {
                if number >= Self.questionsAtOnce, let entry = try await group.next() { entries.append(entry) }
                group.addTask { CatalogueEntry(program, requiredFields: try await requiredFields(of: program.id)) }
            }
            for try await entry in group { entries.append(entry) }
            return entries.sorted { $0.programID < $1.programID }
        }
    }

    private func requiredFields(of programID: String) async throws -> [String]? {
        do {
            return try await cosmo.fields(programID: programID).requiredNames
        } catch {
            try Task.checkCancellation()
            logger.warning(
                "Cosmo did not return a program's required fields",
                metadata: ["program_id": "\(programID)", "reason": "\(error.reason.rawValue)"])
            return nil
        }
    }

    static func refusal(_ error: CosmoError) -> ProgramsError {
        ProgramsError(
            error.isPassing ? .cosmoUnavailable : .cosmoRefused,
            "Cosmo could not be asked: \(error.reason.advice) (\(error.reason.rawValue))")
    }
}
