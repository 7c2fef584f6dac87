import Audit
import Logging
import PostgreSQL
import Synchronization
import Waiting

/// Verifies a few cards now and then, for `/readyz` to know: off unless `verify.sampleCards` asks for it.
///
/// A service whose books do not hold goes on serving its callers; it only says so, and a balancer that asks `/readyz`
/// sends it nothing new. A sample that could not be taken changes nothing: the database's own check reports that.
/// **Concurrency** One lock around the last outcome.
final class BooksSample: Sendable {
    private let verify: Verify
    private let configuration: ServiceConfiguration.BooksSampling
    private let logger: Logger
    private let found = Mutex<String?>(nil)

    init(pool: PostgresPool, configuration: ServiceConfiguration.BooksSampling, logger: Logger) {
        // The pass itself says little that an operator wants each time; what it finds is logged here.
        var quiet = logger
        quiet.logLevel = max(.warning, logger.logLevel)
        self.verify = Verify(pool: pool, logger: quiet, listedPerCheckMax: 10)
        self.configuration = configuration
        self.logger = logger
    }

    /// What the last sample found wrong; nil when nothing was.
    var obstacle: String? { found.withLock { $0 } }

    /// Takes samples until the task is cancelled. Only waits for that when none are asked for: the service ends with
    /// any of its parts.
    func run() async throws {
        let isOn = configuration.cards > 0
        await WorkLoop(
            "verifying a sample of the books", poll: isOn ? configuration.every : nil,
            backoff: Backoff(base: configuration.every, cap: configuration.every, jitter: .equal), logger: logger
        ).run {
            if isOn { try await take() }
            return .idle()
        }
    }

    /// Takes one sample.
    private func take() async throws {
        let report = try await verify(.sample(cards: configuration.cards))
        found.withLock { $0 = Self.words(for: report) }
        for violation in report.violations {
            logger.critical("a check of the books failed", metadata: ["violation": "\(violation)"])
        }
    }

    private static func words(for report: VerifyReport) -> String? {
        guard !report.isClean else { return nil }
        let broken = report.checks.filter { $0.violations > 0 }.map(\.name.rawValue).joined(separator: ", ")
        return "the books do not hold (\(broken)): run multibrand verify"
    }
}
