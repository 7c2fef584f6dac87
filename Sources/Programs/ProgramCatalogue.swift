package import Logging
package import PluginRuntime
package import PostgreSQL
import Rewards
import Synchronization
import Waiting

/// The programs and plugins in force, in memory, kept in step with the database.
///
/// **Guarantees** A reader always sees one whole snapshot, and never an older one than before.
/// **Concurrency** Free for all; reading never suspends.
package final class ProgramCatalogue: PluginsInForce {
    /// The plugins of this build.
    package let registry: PluginRegistry
    private let pool: PostgresPool
    private let notices: PostgresNotices?
    private let logger: Logger
    private let state = Mutex(State())
    private let changes = Signal()

    private struct State: Sendable {
        var snapshot = ProgramsSnapshot.empty
        /// Reads are numbered when they begin; what a later one found is never replaced by an earlier one's.
        var nextRead: UInt64 = 1
        var publishedRead: UInt64 = 0
        /// Plugins of configurations no longer in force, by program and version.
        var former: [FormerKey: InstalledPlugin] = [:]
    }

    private struct FormerKey: Hashable {
        let programID: String
        let configurationVersion: Int64
    }

    /// How often everything is read again although notices are heard.
    private static let refreshInterval = Duration.seconds(60)
    /// How often everything is read again while they may not be.
    private static let deafRefreshInterval = Duration.seconds(5)

    private static let backoff = Backoff(base: .seconds(1), cap: .seconds(5), jitter: .equal)

    /// The most plugins of former configurations that are kept for replays.
    private static let formerCountMax = 1000

    /// Makes an empty catalogue; ``reload()`` fills it.
    ///
    /// - Parameter notices: What announces changes made by other processes, not running yet.
    package init(pool: PostgresPool, registry: PluginRegistry, notices: PostgresNotices? = nil, logger: Logger) {
        self.pool = pool
        self.registry = registry
        self.notices = notices
        self.logger = logger
        notices?.subscribe(
            to: programsChangedChannel, onNotice: { [changes] _ in changes.raise() },
            onHearing: { [changes] _ in changes.raise() })
    }

    /// What is known now.
    package var snapshot: ProgramsSnapshot { state.withLock { $0.snapshot } }
    /// The plugins in force now.
    package var inForce: PluginSet { snapshot.plugins }
    /// Every program, in order of id.
    package var all: [Program] { snapshot.programs }
    /// A program by id, or nil.
    package func program(_ programID: String) -> Program? { snapshot.program(programID) }

    /// Reads everything again.
    package func reload() async throws {
        let read = state.withLock { state in
            defer { state.nextRead += 1 }
            return state.nextRead
        }
        let programs = try await pool.withConnection { try await $0.all(ProgramStore.all) }
        let snapshot = ProgramsSnapshot(programs: programs, registry: registry)
        let isNews = state.withLock { state in
            guard read > state.publishedRead else { return false }
            defer { state.snapshot = snapshot }
            state.publishedRead = read
            return state.snapshot.faults != snapshot.faults
        }
        guard isNews else { return }
        for (programID, fault) in snapshot.faults.sorted(by: { $0.key < $1.key }) {
            logger.error(
                "a program's plugin cannot run in this build; its legs are parked",
                metadata: ["program_id": "\(programID)", "fault": "\(fault)"])
        }
    }

    /// Reads everything again after a commit of this process; a failure is logged and not thrown.
    ///
    /// What was committed is committed even if it cannot be read at this moment, and the caller must hear that (I-12).
    /// ``run()`` reads again until it succeeds.
    package func followCommit() async {
        do {
            try await reload()
        } catch {
            logger.failed("programs could not be read", error)
            changes.raise()
        }
    }

    /// Follows changes that any process makes until the task is cancelled. What may have been missed is read when
    /// notices fall silent and when they are heard again.
    ///
    /// **Guarantees** A change whose notice was lost is known five seconds later.
    package func run() async throws {
        await WorkLoop(
            "reading the programs", wake: changes, poll: Self.refreshInterval, backoff: Self.backoff, logger: logger
        ).run {
            try await self.reload()
            return .idle(atMost: self.notices?.isHearing == true ? nil : Self.deafRefreshInterval)
        }
    }

    /// Programs by id as the database has them, inside the caller's transaction; unknown ones are left out.
    package func programs(
        _ programIDs: [String], on connection: PostgresConnection
    ) async throws -> [String: Program] {
        let programs = try await connection.all(Self.programs(programIDs))
        return Dictionary(programs.map { ($0.programID, $0) }) { first, _ in first }
    }

    /// The same as a step of the caller's pipeline; in no order.
    package static func programs(_ programIDs: [String]) -> Query<Program> { ProgramStore.some(programIDs) }

    /// The plugin of any configuration a program ever had, for replaying a decision that pinned it (I-9).
    ///
    /// **Errors** `UNKNOWN_CONFIGURATION` when there was none, or when this build lacks the plugin version it names.
    package func plugin(of programID: String, configurationVersion: Int64) async throws -> InstalledPlugin {
        if let plugin = inForce[programID], plugin.identity.configurationVersion == configurationVersion {
            return plugin
        }
        let key = FormerKey(programID: programID, configurationVersion: configurationVersion)
        if let plugin = state.withLock({ $0.former[key] }) { return plugin }
        let stored = try await pool.withConnection {
            try await $0.first(ProgramConfigurationStore.one(of: programID, version: configurationVersion))
        }
        guard let stored else {
            throw ProgramsError(
                .unknownConfiguration,
                "program \(programID) has no configuration \(configurationVersion): list its configurations")
        }
        switch ProgramsSnapshot.install(stored, of: programID, from: registry) {
        case .success(let plugin):
            state.withLock { state in
                if state.former.count >= Self.formerCountMax { state.former = [:] }
                state.former[key] = plugin
            }
            return plugin
        case .failure(let error):
            throw ProgramsError(.unknownConfiguration, "\(error)")
        }
    }
}
