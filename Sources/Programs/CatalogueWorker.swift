public import Logging
import Metrics
import PostgreSQL
import Rewards

/// Refreshes the catalogue from Cosmo now and then.
public struct CatalogueWorker: Sendable {
    private let refresh: RefreshPrograms
    private let catalogue: ProgramCatalogue
    private let interval: Duration
    private let logger: Logger

    /// Makes the worker.
    ///
    /// - Parameter interval: the time between refreshes; each is shifted by up to a tenth so that processes do not ask
    ///   together.
    public init(
        refresh: RefreshPrograms, catalogue: ProgramCatalogue, interval: Duration = .seconds(300), logger: Logger
    ) {
        self.refresh = refresh
        self.catalogue = catalogue
        self.interval = interval
        self.logger = logger
    }

    /// Refreshes at once and then every interval until the task is cancelled; after a failure sooner, with backoff.
    public func run() async throws {
        var failures = 0
        while !Task.isCancelled {
            do {
                let summary = try await refresh()
                try await catalogue.reload()
                failures = 0
                Counter(label: "programs.refreshes", dimensions: [("outcome", "ok")]).increment()
                if summary.changed + summary.unlisted > 0 {
                    logger.info(
                        "the catalogue changed",
                        metadata: ["changed": "\(summary.changed)", "unlisted": "\(summary.unlisted)"])
                }
            } catch is CancellationError {
                return
            } catch {
                failures += 1
                Counter(label: "programs.refreshes", dimensions: [("outcome", "failed")]).increment()
                logger.failed("the catalogue could not be refreshed", error)
            }
            let pause = Self.pause(interval: interval, afterFailures: failures)
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    /// The interval give or take a tenth; after failures up to 2, 4, 8 ... seconds, with full jitter.
    static func pause(
        interval: Duration, afterFailures failures: Int,
        random: (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }
    ) -> Duration {
        guard failures > 0 else { return interval * random(900...1100) / 1000 }
        return Backoff(base: .seconds(2), cap: interval, least: .milliseconds(1))
            .pause(afterFailures: failures, random: random)
    }
}
