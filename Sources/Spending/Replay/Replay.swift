package import Logging
package import PluginRuntime
package import PostgreSQL
import Rewards

/// Makes decisions again with the plugins and configurations that they pinned, and compares them byte for byte (I-9,
/// N8).
///
/// What refunds took from a spend is made again too, from the pinned decision (I-4); spends with a leg that was settled
/// later are left out of that.
/// **Guarantees** Read-only, on one snapshot, in memory that does not grow with the database.
/// **Errors** The database's; a difference is no error but a part of the report.
/// **Cost** Some 50 µs of one core for each decision, spread over the cores.
package struct Replay: Sendable {
    /// Finds the plugin of a configuration that a program had; throws when this build cannot run it.
    package typealias Plugins =
        @Sendable (_ programID: String, _ configurationVersion: Int64) async throws -> InstalledPlugin

    private let pool: PostgresPool
    private let plugins: Plugins
    private let logger: Logger
    private let slices: Int
    private let listedMax: Int
    private let tables = ApportionmentCache()

    /// Makes the use case.
    ///
    /// - Parameters:
    ///   - slices: over how many tasks the decisions of one fetch are spread.
    ///   - listedMax: how many findings are listed; all are counted.
    package init(
        pool: PostgresPool, plugins: @escaping Plugins, logger: Logger, slices: Int = 2, listedMax: Int = 100
    ) {
        self.pool = pool
        self.plugins = plugins
        self.logger = logger
        self.slices = max(1, slices)
        self.listedMax = listedMax
    }

    /// Replays a range.
    ///
    /// - Parameter progress: called at the beginning and now and then.
    package func callAsFunction(
        _ range: ReplayRange, progress: @escaping @Sendable (ReplayProgress) -> Void = { _ in }
    ) async throws -> ReplayReport {
        let startedAt = PostgresTimestamp.now
        let began = ContinuousClock.now
        var report = try await pool.withTransaction(retries: 0, isolation: .repeatableRead) { connection in
            try await connection.execute(ReplayStore.prepareReading)
            let estimated = try await estimate(range, on: connection)
            var report = ReplayReport()
            progress(ReplayProgress(spends: 0, spendsEstimated: estimated))
            var known: [ReplayedSpend.PinnedKey: InstalledPlugin?] = [:]
            _ = try await connection.pipeline([ReplayStore.open(range)])
            while true {
                let rows = try await connection.all(ReplayStore.fetch)
                if rows.isEmpty { return report }
                let read = await inSlices(rows) { row in
                    (row: row, decision: try? Decision(canonicalBytes: row.decision))
                }
                try await lookUp(read.compactMap(\.decision), &known)
                let plugins = known.compactMapValues(\.self)
                let outcomes = await inSlices(read) { [tables] in
                    ReplayedSpend($0.row, $0.decision, plugins: plugins, tables: tables)
                }
                for outcome in outcomes { report.add(outcome, listedMax: listedMax) }
                progress(ReplayProgress(spends: report.spends, spendsEstimated: estimated))
            }
        }
        let took = (ContinuousClock.now - began).components
        report.startedAt = startedAt.description
        report.durationMilliseconds = took.seconds * 1000 + took.attoseconds / 1_000_000_000_000_000
        report.findings.sort { $0.spendNumber < $1.spendNumber }
        logger.info(
            "replayed",
            metadata: ["spends": "\(report.spends)", "different": "\(report.different + report.movementsDifferent)"])
        return report
    }

    private func estimate(_ range: ReplayRange, on connection: PostgresConnection) async throws -> Int64? {
        guard range == .all else { return nil }
        return try await connection.first(ReplayStore.estimate).flatMap { $0 >= 0 ? $0 : nil }
    }

    /// Finds the pinned plugins that are not known yet; nil for one that this build cannot run.
    private func lookUp(
        _ decisions: [Decision], _ known: inout [ReplayedSpend.PinnedKey: InstalledPlugin?]
    ) async throws {
        for decision in decisions {
            for key in ReplayedSpend.pinned(by: decision) where known[key] == nil {
                do {
                    known[key] = .some(try await plugins(key.programID, key.configurationVersion))
                } catch let error as PostgresError {
                    throw error
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    known[key] = .some(nil)
                }
            }
        }
    }

    /// Does pure work on the cores there are, and gives the results in order.
    private func inSlices<Item: Sendable, Result: Sendable>(
        _ items: [Item], _ work: @escaping @Sendable (Item) -> Result
    ) async -> [Result] {
        let step = max(1, (items.count + slices - 1) / slices)
        return await withTaskGroup(of: (Int, [Result]).self) { group in
            for start in stride(from: 0, to: items.count, by: step) {
                let slice = items[start..<min(start + step, items.count)]
                group.addTask { (start, slice.map(work)) }
            }
            var parts: [(Int, [Result])] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }.flatMap(\.1)
        }
    }
}
