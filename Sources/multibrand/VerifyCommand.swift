import ArgumentParser
import Audit
import Foundation
import Logging
import MultibrandServer
import PostgreSQL
import Synchronization

/// `multibrand verify`
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check the books of the whole database, and name every row that breaks an invariant.",
        discussion: """
            Reads one snapshot directly from the database, so it can run while the service runs. Without --config and \
            the \
            environment it uses a stack left running by `dev`. docs/verify.md describes each check and what to do. \
            Exit code \(ExitStatus.violations.rawValue) when a check is broken.

            EXAMPLES
              multibrand verify --config multibrand.json
              multibrand verify --json --report report.json
              multibrand verify --sample 1000          a thousand cards drawn at random: seconds, on any size
              multibrand verify --coverage             and where each day's spends are, program by program
            """)

    /// More of one check are counted, not listed.
    private static let shownPerRunMax = 50

    @OptionGroup var service: ServiceOptions
    @Flag(help: "Print the report as JSON.") var json = false
    @Option(help: "Also write the report to this file, as JSON.") var report: String?
    @Option(help: "Check only this many cards, drawn at random, with all their rows.") var sample: Int?
    @Flag(help: "Also print, for each UTC day, where every spent unit is.") var coverage = false
    @Option(help: "How many connections read in parallel.")
    var readers = min(4, ProcessInfo.processInfo.activeProcessorCount)

    func validate() throws {
        if let sample, sample < 1 { throw ValidationError("--sample must be at least 1") }
        if !(1...32).contains(readers) { throw ValidationError("--readers must be from 1 to 32") }
    }

    func run() async throws {
        bootstrapLogging(level: .error, isJSON: false)
        let logger = Logger(label: "verify")
        let database = try await service.databaseToRead()
        // Nothing is opened behind a closed door: the file is made before the long pass, not after it.
        if let report, !FileManager.default.createFile(atPath: report, contents: nil) {
            throw CommandFailure(.failed, "\(report) cannot be written; name another with --report")
        }
        let found = try await database.reaching { try await verify(database.url, logger) }
        let encoded = try Self.encode(found)
        if let report { try encoded.write(to: URL(fileURLWithPath: report), options: .atomic) }
        print(json ? String(decoding: encoded, as: UTF8.self) : Self.text(of: found))
        if !found.isClean { throw ExitStatus.violations.code }
    }

    private func verify(_ url: String, _ logger: Logger) async throws -> VerifyReport {
        let configuration = PostgresConfiguration(
            connectionString: url, poolSizeMax: readers, leaseTimeout: .seconds(10),
            applicationName: "multibrand verify")
        let pool = PostgresPool(configuration: configuration, logger: logger)
        let bar = VerifyBar()
        return try await withThrowingTaskGroup(of: VerifyReport?.self) { group in
            group.addTask {
                try await pool.run()
                return nil
            }
            group.addTask {
                try await Verify(pool: pool, logger: logger, readers: readers)(
                    sample.map { .sample(cards: $0) } ?? .everything, coverage: coverage,
                    progress: { bar.show($0) })
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

    private static func encode(_ report: VerifyReport) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(report)
    }

    static func text(of report: VerifyReport) -> String {
        var checks = TextTable([.text("check"), .text("invariant"), .number("checked"), .number("broken"), .text("")])
        for check in report.checks {
            let result = check.skipped.map { "skipped: \($0)" } ?? (check.violations == 0 ? "holds" : "BROKEN")
            checks.add([check.name.rawValue, check.invariant, "\(check.checked)", "\(check.violations)", result])
        }
        var text = checks.rendered()
        if let coverage = report.coverage { text += "\n\n" + Self.text(of: coverage) }
        if !report.violations.isEmpty {
            text += "\n\n"
            text += report.violations.prefix(shownPerRunMax).map { TextTable.printable($0.description) }.joined(
                separator: "\n")
        }
        let shown = Int64(min(shownPerRunMax, report.violations.count))
        if report.violationCount > shown {
            text += "\n... and \(report.violationCount - shown) more; --report lists more of them"
        }
        return text + "\n\n" + summary(of: report)
    }

    /// The last line: whether the books hold, and how much was checked.
    static func summary(of report: VerifyReport) -> String {
        let rows = report.checks.reduce(0) { $0 + $1.checked }
        let checks = report.checks.count { $0.skipped == nil }
        let extent = "\(rows) rows checked by \(checks) checks (a row counts once for each check that reads it)"
        return report.isClean
            ? "The books hold: \(extent) in \(report.durationMilliseconds) ms, none broken."
            : "The books do not hold: \(report.violationCount) violations; \(extent). docs/verify.md says what to do."
    }
}

extension VerifyCommand {
    /// The coverage identity, day by day: a line for each place where a part of the day's spends is.
    static func text(of coverage: VerifyCoverage) -> String {
        var table = TextTable([
            .text("day"), .text("currency"), .text("where"), .number("minor units"), .number("remainder"),
        ])
        for line in coverage.lines {
            table.add([line.day, line.currencyCode, "spent on \(line.cards) cards", "\(line.spentMinor)", ""])
            for (programID, amount) in line.programs.sorted(by: { $0.key < $1.key }) {
                table.add(["", "", TextTable.printable(programID), "\(amount)", ""])
            }
            for (name, amount) in [
                ("excluded", line.excludedMinor), ("held", line.heldMinor), ("clawed back", line.clawedBackMinor),
            ] where amount != 0 {
                table.add(["", "", name, "\(amount)", ""])
            }
            table.add(["", "", "left over", "", "\(line.remainderMinor)"])
        }
        return table.rendered()
    }
}

/// Verify's progress on the terminal, phase by phase.
///
/// **Concurrency** One lock: progress comes from the task that reads.
private final class VerifyBar: Sendable {
    private let state = Mutex<(phase: String, bar: ProgressBar)?>(nil)

    func show(_ progress: VerifyProgress) {
        state.withLock { state in
            // Readers take turns with the spends and positions of some cards: the spends say how far all has come.
            if progress.phase == "positions" { return }
            if state?.phase != progress.phase {
                state = (progress.phase, ProgressBar("verify \(progress.phase)", total: progress.rowsEstimated))
            }
            state?.bar.update(
                done: min(progress.rowsRead, progress.rowsEstimated ?? .max), note: "\(progress.rowsRead) rows")
        }
    }

    /// Takes the bar off the terminal.
    func clear() { state.withLock { $0?.bar.clear() } }
}
