import Audit
import Logging
import PluginRuntime
import PostgreSQL
import Rewards
import Spending

/// The use cases around held money, over the fixture's database.
extension SpendingFixture {
    static let quiet = {
        var logger = Logger(label: "multibrand.test")
        logger.logLevel = .critical
        return logger
    }()

    func releaseWorker(
        _ configuration: SpendingConfiguration = SpendingConfiguration(), spendsPerBatch: Int = 3,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }
    ) -> ReleaseWorker {
        ReleaseWorker(
            pool: pool, configuration: configuration.patient, plugins: plugins,
            positions: PositionsByHand(), spendsPerBatch: spendsPerBatch,
            now: now, logger: Self.quiet)
    }

    func releaseHeld(_ configuration: SpendingConfiguration = SpendingConfiguration()) -> ReleaseHeld {
        ReleaseHeld(
            pool: pool, configuration: configuration.patient, plugins: plugins,
            positions: PositionsByHand(), spendsPerBatch: 2)
    }

    var heldMoney: HeldMoney { HeldMoney(pool: pool) }

    func get(_ spendID: String) async throws -> RecordedSpend { try await GetSpend(pool: pool)(spendID) }

    /// What `verify` and `replay` find, and the SQL of the tests; empty when the books are sound.
    func faults() async throws -> [String] {
        var faults = try await RefundBooks.faults(in: pool)
        // The fixture's cards and programs come without the rooms that own them.
        let foreign: Set<VerifyCheck> = [.configurationVersionsContiguous]
        let report = try await Verify(pool: pool, logger: Self.quiet)()
        faults += report.violations.filter { !foreign.contains($0.check) }.map(\.description)
        let pinned = plugins.pinned
        let replayed = try await Replay(pool: pool, plugins: pinned, logger: Self.quiet)(.all)
        return faults + replayed.findings.map(\.description)
    }
}
