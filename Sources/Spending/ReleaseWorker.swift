public import Logging
public import PluginRuntime
public import PostgreSQL
import Rewards
import Synchronization

/// Decides held money when its card gets a link, and ends what was held too long.
///
/// Cards take turns: one batch of the card at the head of the line, then the next card, so that a card which holds a
/// hundred thousand spends keeps no other waiting. After each batch the worker rests for as long as the batch took, so that
/// the card's own purchases get its lock.
///
/// **Guarantees** Whatever wakes it is a hint only: it looks for cards at the start and from time to time, so a link that
/// another process recorded is seen too. Several workers on one database decide each spend once.
/// **Concurrency** `run()` is called once and ends when its task is cancelled; `wake(_:)` may be called from anywhere.
public final class ReleaseWorker: Sendable {
    /// How many spends one transaction decides.
    public static let spendsPerBatch = 100

    /// What a sweep did.
    public struct Report: Sendable, Hashable {
        /// Spends whose held money was decided.
        public internal(set) var released = 0
        /// Spends whose held money was excluded because it was held too long.
        public internal(set) var expired = 0
        /// Spends that stay held although it was their turn, by reason.
        public internal(set) var obstacles: [String: Int] = [:]
    }

    /// Who is next.
    private struct Line {
        /// Cards of which something was said that is not looked at yet.
        var hints: Set<ExactText> = []
        var isSweepDue = false
    }

    private let pool: PostgresPool
    private let transaction: HeldReleaseTransaction
    private let configuration: SpendingConfiguration
    private let sweepEvery: Duration
    private let batchMax: Int
    private let onEarned: @Sendable () -> Void
    private let now: @Sendable () -> PostgresTimestamp
    private let metrics = ReleaseMetrics()
    private let logger: Logger
    private let line = Mutex(Line())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation

    private static let cardsPerRead = 200
    /// More hints than this are a sweep.
    private static let hintsMax = 10_000

    /// Makes the worker; the parameters are those of `RecordSpend` and ``RecordRefund``.
    public init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        plugins: @escaping @Sendable () -> PluginSet, earningSink: @escaping EarningSink,
        clawbackSink: @escaping ClawbackSink, onEarned: @escaping @Sendable () -> Void = {},
        sweepEvery: Duration = .seconds(60), spendsPerBatch: Int = ReleaseWorker.spendsPerBatch,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) {
        self.pool = pool
        self.configuration = configuration
        self.sweepEvery = sweepEvery
        batchMax = spendsPerBatch
        self.onEarned = onEarned
        self.now = now
        self.logger = logger
        transaction = HeldReleaseTransaction(
            pool: pool,
            transaction: RepeatableTransaction(pool: pool, configuration: configuration),
            plugins: plugins, configuration: configuration,
            prefetch: BatchPrefetch(lateClearing: configuration.lateClearing, fallback: configuration.fallback),
            earningSink: earningSink, clawbackSink: clawbackSink, now: now)
        (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Says that the preference of a card has changed, or that a spend was held on it; returns at once.
    public func wake(_ cardID: String) {
        line.withLock { line in
            if line.hints.count < Self.hintsMax { line.hints.insert(ExactText(cardID)) } else { line.isSweepDue = true }
        }
        signal.yield()
    }

    /// Works until the task is cancelled.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in
                while !Task.isCancelled {
                    line.withLock { $0.isSweepDue = true }
                    signal.yield()
                    try? await Task.sleep(for: sweepEvery)
                }
            }
            for await _ in signals {
                do {
                    _ = try await workOff()
                } catch is CancellationError {
                    break
                } catch {
                    // Whatever wakes it next makes it look at every card; held money loses nothing by waiting.
                    line.withLock { $0.isSweepDue = true }
                    logger.failed("held money could not be released", error)
                }
            }
            group.cancelAll()
        }
    }

    /// Looks at every card that holds money and works until nothing is left that it may decide or end.
    ///
    /// **Errors** `SpendingError`, `PostgresError`.
    /// **Cost** A few index look-ups a card that holds money, and a short transaction for each batch.
    public func sweep() async throws -> Report {
        line.withLock { $0.isSweepDue = true }
        return try await workOff()
    }

    /// Cards take turns until the line is empty; new hints join its end.
    private func workOff() async throws -> Report {
        var report = Report()
        var turns: [(cardID: String, number: Int64)] = []
        var inLine: Set<ExactText> = []
        var walk: String?
        // How much had expired when a sweep last found more of it than it takes at once.
        var expiredBefore: Int?
        while true {
            try Task.checkCancellation()
            let (hints, isSweepDue) = line.withLock { line in
                defer { line = Line() }
                return (line.hints.map(\.text), line.isSweepDue)
            }
            if isSweepDue { walk = "" }
            var found = try await cards(among: hints)
            if let place = walk, turns.count < Self.cardsPerRead {
                if place.isEmpty {
                    let expired = try await expiredCards()
                    found += expired.cardIDs
                    expiredBefore = expired.isAll ? nil : report.expired
                }
                found += try await walked(place, &walk)
            }
            for cardID in found where inLine.insert(ExactText(cardID)).inserted { turns.append((cardID, 0)) }
            guard !turns.isEmpty else {
                guard walk == nil else { continue }
                guard let before = expiredBefore, report.expired > before else { return report }
                walk = ""
                continue
            }
            let turn = turns.removeFirst()
            let began = ContinuousClock.now
            if let next = try await take(turn, &report) {
                turns.append((turn.cardID, next))
                // The card is free for as long as it was not.
                try await Task.sleep(for: began.duration(to: .now))
            } else {
                inLine.remove(ExactText(turn.cardID))
            }
        }
    }

    /// One batch of one card; returns behind which spend its next turn begins, nil when it has none.
    private func take(_ turn: (cardID: String, number: Int64), _ report: inout Report) async throws -> Int64? {
        do {
            let batch = try await transaction.run(
                cardID: turn.cardID, after: turn.number, limit: batchMax, .service)
            report.released += batch.released
            report.expired += batch.expired
            report.obstacles.merge(batch.obstacles, uniquingKeysWith: +)
            metrics.count(batch)
            if batch.hasEarned { onEarned() }
            for (reason, count) in batch.obstacles {
                logger.error(
                    "held money could not be decided", metadata: ["reason": "\(reason)", "spends": "\(count)"])
            }
            return batch.last
        } catch let error as SpendingError where error.reason == .unknownCard {
            return nil
        } catch let error as SpendingError where error.reason == .contention {
            // Another transaction holds the card: other cards have their turns first.
            return turn.number
        } catch let error as SpendingError where error.reason == .databaseUnavailable {
            // One card's statements may have taken too long. Only a database that is away ends the sweep.
            try await pool.ping()
            logger.error("a card's releases were given up until the next sweep", metadata: ["error": "\(error)"])
            return nil
        } catch let error as PostgresError where error.isAboutOneCard {
            logger.error("the database refused a card's releases", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func cards(among hints: [String]) async throws -> [String] {
        guard !hints.isEmpty, configuration.releasesHeldByItself else { return [] }
        return try await read(HeldSpendStore.cardsWithLink(among: hints)).map { try $0.get(0) }
    }

    /// The cards of the oldest spends that were held too long, and whether they are all.
    private func expiredCards() async throws -> (cardIDs: [String], isAll: Bool) {
        guard let lifetime = configuration.heldLifetime else { return ([], true) }
        let since = now().advanced(by: .zero - lifetime)
        let limit = Self.cardsPerRead * 10
        let rows = try await read(HeldSpendStore.expired(since: since, limit: limit))
        var cardIDs: [String] = []
        var seen: Set<ExactText> = []
        for row in rows {
            let cardID: String = try row.get(0)
            if seen.insert(ExactText(cardID)).inserted { cardIDs.append(cardID) }
        }
        return (cardIDs, rows.rowCount < limit)
    }

    /// The next cards of a sweep: those that a link decides.
    private func walked(_ place: String, _ walk: inout String?) async throws -> [String] {
        guard configuration.releasesHeldByItself else {
            walk = nil
            return []
        }
        var found: [String] = []
        let rows = try await read(HeldSpendStore.cards(after: place, limit: Self.cardsPerRead))
        for row in rows where try row.get(1) { found.append(try row.get(0)) }
        walk = rows.rowCount < Self.cardsPerRead ? nil : try rows.last?.get(0)
        return found
    }

    private func read(_ statement: PostgresStatement) async throws -> PostgresResult {
        try await pool.withTransaction { connection in
            try await connection.pipeline([CardStore.preferIndexes, statement])[1]
        }
    }
}

extension PostgresError {
    /// The statement itself was refused: the next card may well be released.
    fileprivate var isAboutOneCard: Bool {
        !isConnectivity && kind != .timeout && !isRetryable && !saysServerIsUnavailable
    }
}
