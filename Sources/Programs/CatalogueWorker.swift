package import Logging
import Metrics
import PostgreSQL
import Waiting

/// Refreshes the catalogue from Cosmo now and then.
package struct CatalogueWorker: Sendable {
    private let refresh: RefreshPrograms
    private let catalogue: ProgramCatalogue
    private let interval: Duration
    private let logger: Logger

    /// Makes the worker.
    ///
    /// - Parameter interval: the time between refreshes; each is shifted by up to a tenth so that processes do not ask
    ///   together.
    package init(
        refresh: RefreshPrograms, catalogue: ProgramCatalogue, interval: Duration = .seconds(300), logger: Logger
    ) {
        self.refresh = refresh
        self.catalogue = catalogue
        self.interval = interval
        self.logger = logger
    }

    /// Refreshes at once and then every interval until the task is cancelled; after a failure sooner, with backoff.
    package func run() async throws {
        await WorkLoop(
            "refreshing the catalogue", poll: nil,
            backoff: Self.backoff(interval), logger: logger
        ).run {
            do {
                try await follow(refresh())
            } catch {
                if !Task.isCancelled { count("failed") }
                throw error
            }
            count("ok")
            return .idle(atMost: Self.pause(interval))
        }
    }

    private func follow(_ summary: RefreshPrograms.Summary) async throws {
        try await catalogue.reload()
        guard summary.changed + summary.unlisted > 0 else { return }
        logger.info(
            "the catalogue changed",
            metadata: ["changed": "\(summary.changed)", "unlisted": "\(summary.unlisted)"])
    }

    private func count(_ outcome: String) {
        Counter(label: "programs.refreshes", dimensions: [("outcome", outcome)]).increment()
    }

    /// After failures up to 2, 4, 8 ... seconds, with full jitter; at most the interval.
    static func backoff(_ interval: Duration) -> Backoff {
        Backoff(base: .seconds(2), cap: interval, least: .milliseconds(1))
    }

    /// The interval give or take a tenth.
    static func pause(
        _ interval: Duration, random: (ClosedRange<Int64>) -> Int64 = { Int64.random(in: $0) }
    ) -> Duration {
        interval * random(900...1100) / 1000
    }
}
