import AllocationPlugin
import AllocationPluginTesting
package import OperatorRecord
import PluginRuntime
package import PostgreSQL
import Rewards

/// Puts a plugin with its configuration in force for a program.
///
/// The configuration is parsed, checked by the plugin, brought into canonical form and held to the plugin contract by
/// the conformance suite before anything is written.
/// **Guarantees** Idempotent: what is in force already makes no new version. Old versions stay for replays (I-9).
package struct ConfigureProgram: Sendable {
    private let pool: PostgresPool
    private let catalogue: ProgramCatalogue
    private let now: @Sendable () -> PostgresTimestamp

    /// What became of it.
    package struct Outcome: Sendable, Hashable {
        /// The program, with the configuration in force afterwards.
        package let program: Program
        /// Whether a new version was made; for a dry run, whether one would be.
        package let isChanged: Bool
        /// How many generated questions the plugin answered.
        package let checks: Int
    }

    /// Makes the use case.
    package init(
        pool: PostgresPool, catalogue: ProgramCatalogue,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) {
        self.pool = pool
        self.catalogue = catalogue
        self.now = now
    }

    /// Checks and, unless it is a dry run, activates.
    ///
    /// - Parameters:
    ///   - allowUnlisted: makes a program that the catalogue does not have yet, instead of refusing it.
    ///   - paysInto: where the program's points go; `wallet` makes a program of ours. Nil leaves it as it is.
    ///   - audit: Recorded with a new version, with its number and its plugin.
    /// **Errors** In this order: `INVALID_ARGUMENT` (`program_id`), `UNKNOWN_PLUGIN`, `BAD_CONFIGURATION`,
    /// `CONFORMANCE_FAILED`, `UNKNOWN_PROGRAM`, `PROGRAM_PAYS_ELSEWHERE`.
    package func callAsFunction(
        programID: String, plugin: String, configurationJSON: String, dryRun: Bool = false, allowUnlisted: Bool = false,
        paysInto: PaysInto? = nil, by clientID: String, audit: AuditEntry? = nil
    ) async throws -> Outcome {
        guard ProgramIDRule.check(programID) else { throw ProgramsError.programIDInvalid }
        let candidate = try candidate(programID: programID, plugin: plugin, configurationJSON: configurationJSON)
        let report = AllocationConformance.check(candidate.plugin)
        if let failure = report.failures.first {
            throw ProgramsError(.conformanceFailed, failure.description, field: "configuration_json")
        }
        let time = now()
        let attempts = CommitAttempts()
        let (program, isChanged) = try await pool.withLine(ProgramLine.name(programID)) {
            try await pool.commit(attempts) { connection -> (Program, Bool) in
                let ensured =
                    (paysInto == .wallet ? [ProgramStore.ensureWallet(programID)] : [])
                    + (allowUnlisted ? [ProgramStore.ensure(programID)] : [])
                let (_, _, found) = try await connection.pipeline(
                    dryRun ? [] : ensured, ProgramStore.lock(programID), ProgramStore.read(programID))
                guard let program = found.first else {
                    guard paysInto == .wallet else { throw ProgramsError.unknownProgram(programID) }
                    return (.newInWallet(programID, at: time), true)
                }
                guard program.paysInto == paysInto ?? program.paysInto else {
                    throw ProgramsError.paysElsewhere(program)
                }
                guard program.configuration?.digest != candidate.identity.digest else {
                    return (program, program.configuration.map { attempts.wrote(at: $0.setAt) } ?? false)
                }
                guard !dryRun else { return (program, true) }
                attempts.note(time)
                let next = Self.next(after: program, candidate, by: clientID, at: time)
                var detail = [
                    "configuration_version": "\(next.configurationVersion)", "plugin": candidate.identity.plugin,
                ]
                if program.paysInto == .wallet { detail["pays_into"] = program.paysInto.rawValue }
                let statements =
                    [
                        ProgramConfigurationStore.insert(next, of: programID),
                        ProgramStore.setConfigurationVersion(programID, next.configurationVersion, at: time),
                    ] + (audit?.adding(detail)).statements + [ProgramStore.notifyChanged()]
                let (_, changed) = try await connection.pipeline(statements, ProgramStore.read(programID))
                // The row is ours by the lock, so it is there.
                return (changed.first ?? program, true)
            }
        }
        if isChanged, !dryRun { await catalogue.followCommit() }
        return Outcome(program: program, isChanged: isChanged, checks: report.requestCount)
    }

    private func candidate(
        programID: String, plugin: String, configurationJSON: String
    ) throws(ProgramsError) -> InstalledPlugin {
        let configuration: JSONValue
        guard catalogue.registry[plugin] != nil else {
            let names = catalogue.registry.listings.map(\.name).joined(separator: ", ")
            throw ProgramsError(.unknownPlugin, "this server has no such plugin; it has: \(names)", field: "plugin")
        }
        do {
            configuration = try JSONValue(parsing: configurationJSON)
        } catch {
            throw ProgramsError(
                .badConfiguration, "not JSON: \(error.description) (byte \(error.atByte))", field: "configuration_json")
        }
        do {
            return try catalogue.registry.install(
                programID: programID, plugin: plugin, configuration: configuration, configurationVersion: 1)
        } catch {
            throw ProgramsError(.badConfiguration, error.description, field: "configuration_json")
        }
    }

    private static func next(
        after program: Program, _ candidate: InstalledPlugin, by clientID: String, at time: PostgresTimestamp
    ) -> ProgramConfiguration {
        // The newest version is always the one in force: there is no going back but by configuring the former again.
        ProgramConfiguration(
            configurationVersion: (program.configuration?.configurationVersion ?? 0) + 1,
            plugin: type(of: candidate.plugin).name, pluginVersion: type(of: candidate.plugin).version,
            configurationJSON: candidate.configuration.canonicalText, digest: candidate.identity.digest,
            setBy: clientID, setAt: time)
    }
}

extension Program {
    /// What a trial answers about a program that would be made.
    fileprivate static func newInWallet(_ programID: String, at time: PostgresTimestamp) -> Program {
        Program(
            programID: programID, name: programID, currencyCode: nil, localCurrencyCode: nil, limits: IssuanceLimits(),
            requiredFields: [], isListed: true, paysInto: .wallet, isIssuingPaused: false, configuration: nil,
            facts: CatalogueFacts(), changedAt: time)
    }
}
