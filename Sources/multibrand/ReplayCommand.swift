import ArgumentParser
import Foundation
import Logging
import MultibrandServer
import PostgreSQL
import Spending
import Synchronization

/// `multibrand replay`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Recompute decisions from what they pinned, and compare them byte for byte.",
        discussion: """
            Reads one snapshot of the database itself and changes nothing. Each decision, and what each \
            refund took back, is recomputed with the plugins and configurations that were pinned. Exit code \
            \(ExitStatus.violations.rawValue) when something differs or cannot be replayed by this build.

            EXAMPLES
              multibrand replay --config multibrand.json     every decision
              multibrand replay --from 1000 --to 2000        by the spend's number
              multibrand replay --card card-1
              multibrand replay --spend spend-17 --json
            """)

    @OptionGroup var service: ServiceOptions
    @Option(help: "The first spend's number.") var from: Int64?
    @Option(help: "The last spend's number.") var to: Int64?
    @Option(help: "Only the decisions of this card.") var card: String?
    @Option(help: "Only the decision of this spend.") var spend: String?
    @Flag(help: "Print the report as JSON.") var json = false

    func validate() throws {
        let ways = [from != nil || to != nil, card != nil, spend != nil].filter { $0 }
        if ways.count > 1 { throw ValidationError("give one of --from and --to, --card, or --spend") }
        if let from, let to, from > to { throw ValidationError("--from must not be above --to") }
    }

    private var range: ReplayRange {
        if let card { return .card(card) }
        if let spend { return .spend(spend) }
        return .numbers(from: from, to: to)
    }

    func run() async throws {
        bootstrapLogging(level: .error, isJSON: false)
        let database = try await service.databaseToRead()
        let report = try await database.reaching { try await replay(database.url, Logger(label: "replay")) }
        if report.spends == 0, card != nil || spend != nil {
            throw CommandFailure(.notFound, "no decision is stored for it; is the id right?")
        }
        print(json ? String(decoding: try Self.encode(report), as: UTF8.self) : Self.text(of: report))
        if !report.isClean { throw ExitStatus.violations.code }
    }

    private func replay(_ url: String, _ logger: Logger) async throws -> ReplayReport {
        let configuration = PostgresConfiguration(
            connectionString: url, poolSizeMax: 2, leaseTimeout: .seconds(10), applicationName: "multibrand replay")
        let pool = PostgresPool(configuration: configuration, logger: logger)
        let replay = try ReplayParts.replay(
            pool: pool, logger: logger, slices: ProcessInfo.processInfo.activeProcessorCount)
        let bar = ReplayBar()
        return try await withThrowingTaskGroup(of: ReplayReport?.self) { group in
            group.addTask {
                try await pool.run()
                return nil
            }
            group.addTask {
                try await replay(range) { bar.show($0) }
            }
            defer {
                bar.clear()
                group.cancelAll()
            }
            while let report = try await group.next() {
                if let report { return report }
            }
            throw CancellationError()
        }
    }

    private static func encode(_ report: ReplayReport) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(report)
    }

    static func text(of report: ReplayReport) -> String {
        var text = report.findings.map { TextTable.printable($0.description) }.joined(separator: "\n")
        if !text.isEmpty { text += "\n\n" }
        let found = report.different + report.movementsDifferent + report.impossible
        if found > Int64(report.findings.count) {
            text += "... and \(found - Int64(report.findings.count)) more\n\n"
        }
        text +=
            "\(report.spends + report.releases) decisions recomputed in \(report.durationMilliseconds) ms "
            + "(\(report.spends) of spends, \(report.releases) of releases of held money): "
            + "\(report.identical) have the same bytes, \(report.different) differ or cannot be read, "
            + "\(report.impossible) need a plugin version that this build lacks."
        if report.movements > 0 {
            text +=
                "\n\(report.movements) refund movements recomputed (each is what one refund took from one spend, or "
                + "gave back): \(report.movementsDifferent) differ."
        }
        return text
    }
}

/// The replay's progress on the terminal.
///
/// **Concurrency** One lock: progress comes from the task that reads.
private final class ReplayBar: Sendable {
    private let bar = Mutex<ProgressBar?>(nil)

    func show(_ progress: ReplayProgress) {
        bar.withLock { bar in
            if bar == nil { bar = ProgressBar("replay", total: progress.spendsEstimated) }
            bar?.update(done: progress.spends, note: "\(progress.spends) decisions")
        }
    }

    /// Takes the bar off the terminal.
    func clear() { bar.withLock { $0?.clear() } }
}
