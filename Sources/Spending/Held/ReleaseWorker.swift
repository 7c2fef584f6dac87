package import Cards
package import Logging
package import PluginRuntime
package import PostgreSQL
import Rewards
package import Waiting

/// Decides held money when its card gets a link, and ends what was held too long.
///
/// Cards take turns: one batch of the card at the head of the line, then the next card, so that a card which holds a
/// hundred thousand spends keeps no other waiting. After each batch the worker rests for as long as the batch took, so
/// that the card's own purchases get its lock.
///
/// **Guarantees** Whatever wakes it is a hint only: it looks for cards at the start and from time to time, so a link
/// that another process recorded is seen too. Several workers on one database decide each spend once.
/// **Concurrency** `run()` is called once and ends when its task is cancelled.
package final class ReleaseWorker: Sendable {
    /// How many spends one transaction decides.
    package static let spendsPerBatch = 100

    /// What a sweep did.
    package struct Report: Sendable, Hashable {
        /// Spends whose held money was decided.
        package internal(set) var released = 0
        /// Spends whose held money was excluded because it was held too long.
        package internal(set) var expired = 0
        /// Spends that stay held although it was their turn, by reason.
        package internal(set) var obstacles: [String: Int] = [:]
    }

    /// How far a sweep is.
    private struct Sweep {
        /// Behind which spend it looks for such as were held too long; nil when it has seen all.
        var expired: HeldSpendStore.Place? = HeldSpendStore.Place()
        /// Behind which card it looks for such as a link decides; nil when it has seen all.
        var cardID: String? = ""
        /// Cards that keep something although they had their turns: they are not asked again before the next sweep.
        var stuck: Set<ExactText> = []

        var isOver: Bool { expired == nil && cardID == nil }
    }

    private let pool: PostgresPool
    private let transaction: HeldReleaseTransaction
    private let listUnlisted: ListUnlistedSpends
    private let configuration: SpendingConfiguration
    private let sweepEvery: Duration
    private let batchMax: Int
    private let positionsDue: Signal
    private let now: @Sendable () -> PostgresTimestamp
    private let metrics = ReleaseMetrics()
    private let logger: Logger
    private let held: HeldCards

    private static let cardsPerRead = 200

    /// Makes the worker; `held` wakes it, and the other parameters are those of `RecordSpend` and ``RecordRefund``.
    package init(
        pool: PostgresPool, configuration: SpendingConfiguration = SpendingConfiguration(),
        plugins: any PluginsInForce, positions: any PositionSink, held: HeldCards = HeldCards(),
        positionsDue: Signal = Signal(),
        sweepEvery: Duration = .seconds(60), spendsPerBatch: Int = ReleaseWorker.spendsPerBatch,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now }, logger: Logger
    ) {
        self.pool = pool
        self.configuration = configuration
        self.sweepEvery = sweepEvery
        batchMax = spendsPerBatch
        self.held = held
        self.positionsDue = positionsDue
        self.now = now
        self.logger = logger
        let repeatable = CardTransaction(pool: pool, configuration: configuration)
        listUnlisted = ListUnlistedSpends(pool: pool, transaction: repeatable)
        transaction = HeldReleaseTransaction(
            pool: pool, transaction: repeatable,
            plugins: plugins, configuration: configuration,
            prefetch: BatchPrefetch(lateClearing: configuration.lateClearing, fallback: configuration.fallback),
            positions: positions, now: now)
    }

    /// Works until the task is cancelled.
    package func run() async {
        let backoff = Backoff(base: min(sweepEvery, .seconds(1)), cap: sweepEvery, jitter: .equal)
        let listing = WorkLoop(
            "checking for held money that is missing from its list", poll: nil, backoff: backoff, logger: logger)
        let releasing = WorkLoop(
            "releasing held money", wake: held.signal, poll: sweepEvery, backoff: backoff, logger: logger)
        await withDiscardingTaskGroup { group in
            group.addTask {
                await listing.run {
                    // Once is enough: from then on what is held is listed with its spend.
                    try await self.listUnlistedSpends()
                    return .end
                }
            }
            group.addTask {
                var nextSweep = ContinuousClock.now
                await releasing.run {
                    if nextSweep <= .now { self.held.askForSweep() }
                    do {
                        let isSweep = self.held.isSweepDue
                        _ = try await self.workOff()
                        if isSweep { nextSweep = .now + self.sweepEvery }
                    } catch {
                        // The next step looks at every card; held money loses nothing by waiting.
                        nextSweep = .now
                        throw error
                    }
                    return .idle(atMost: ContinuousClock.now.duration(to: nextSweep))
                }
            }
        }
    }

    /// Lists what an instance from before there was a list has held, so that links decide it and its lifetime ends it.
    ///
    /// **Errors** `SpendingError`, `PostgresError`; what was listed before stays.
    package func listUnlistedSpends() async throws {
        var listed = 0
        defer {
            if listed > 0 {
                logger.warning(
                    "added held money that an older release had recorded without listing it",
                    metadata: ["spends": "\(listed)"])
            }
        }
        try await listUnlisted { cardID, spends in
            listed += spends
            held.add(cardID)
        }
    }

    /// Looks at every card that holds money and works until nothing is left that it may decide or end.
    ///
    /// **Errors** `SpendingError`, `PostgresError`.
    /// **Cost** A few index look-ups a card that holds money, and a short transaction for each batch.
    package func sweep() async throws -> Report {
        held.askForSweep()
        return try await workOff()
    }

    /// Cards take turns until the line is empty; new hints join its end.
    private func workOff() async throws -> Report {
        var report = Report()
        var turns: [(cardID: String, number: Int64)] = []
        var inLine: Set<ExactText> = []
        var sweep: Sweep?
        var isSweepDue = false
        while true {
            try Task.checkCancellation()
            let asked = held.take()
            isSweepDue = isSweepDue || asked.isSweepDue
            // A long sweep finishes before the next one begins.
            if isSweepDue, sweep == nil {
                sweep = Sweep()
                isSweepDue = false
            }
            var found = try await cards(among: asked.cardIDs)
            if var under = sweep, turns.count < Self.cardsPerRead {
                found += try await next(&under)
                sweep = under
            }
            for cardID in found where inLine.insert(ExactText(cardID)).inserted { turns.append((cardID, 0)) }
            guard !turns.isEmpty else {
                guard sweep?.isOver ?? true else { continue }
                sweep = nil
                guard isSweepDue else { return report }
                continue
            }
            let turn = turns.removeFirst()
            let began = ContinuousClock.now
            let (next, isStuck) = try await take(turn, &report)
            if isStuck { sweep?.stuck.insert(ExactText(turn.cardID)) }
            if let next {
                turns.append((turn.cardID, next))
                // The card is free for as long as it was not.
                try await Task.sleep(for: began.duration(to: .now))
            } else {
                inLine.remove(ExactText(turn.cardID))
            }
        }
    }

    /// One batch of one card; returns behind which spend its next turn begins, nil when it has none, and whether
    /// something stays held although it was its turn.
    private func take(
        _ turn: (cardID: String, number: Int64), _ report: inout Report
    ) async throws -> (next: Int64?, isStuck: Bool) {
        do {
            let batch = try await transaction.run(
                cardID: turn.cardID, after: turn.number, limit: batchMax, .service)
            report.released += batch.released
            report.expired += batch.expired
            report.obstacles.merge(batch.obstacles, uniquingKeysWith: +)
            metrics.count(batch)
            if batch.hasEarned { positionsDue.raise() }
            log(batch.obstacles, "held money could not be decided")
            log(batch.undecided, "held money that could not be decided has expired")
            return (batch.last, !batch.obstacles.isEmpty)
        } catch let error as SpendingError where error.reason == .unknownCard {
            return (nil, false)
        } catch let error as SpendingError where error.reason == .contention {
            // Another transaction holds the card: other cards have their turns first.
            return (turn.number, false)
        } catch let error where !(error is CancellationError) {
            // Whatever it is about this card, the others have their turns. Only a database that is away ends the sweep.
            try await pool.ping()
            logger.error("a card's releases failed; will retry at the next sweep", metadata: ["error": "\(error)"])
            return (nil, true)
        }
    }

    private func log(_ spends: [String: Int], _ message: Logger.Message) {
        for (reason, count) in spends {
            logger.error(message, metadata: ["reason": "\(reason)", "spends": "\(count)"])
        }
    }

    private func cards(among hints: [String]) async throws -> [String] {
        guard !hints.isEmpty, configuration.releasesHeldByItself else { return [] }
        return try await read(HeldSpendStore.cardsWithLink(among: hints))
    }

    /// The next cards of a sweep.
    private func next(_ sweep: inout Sweep) async throws -> [String] {
        var found = try await expiredCards(behind: &sweep.expired)
        found += try await linkedCards(behind: &sweep.cardID)
        return found.filter { !sweep.stuck.contains(ExactText($0)) }
    }

    /// The cards of the next spends that were held too long, oldest first.
    private func expiredCards(behind place: inout HeldSpendStore.Place?) async throws -> [String] {
        guard let start = place, let lifetime = configuration.heldLifetime else {
            place = nil
            return []
        }
        let since = now().advanced(by: .zero - lifetime)
        let limit = Self.cardsPerRead * 10
        let rows = try await read(HeldSpendStore.expired(since: since, after: start, limit: limit))
        place = rows.count < limit ? nil : rows.last?.place
        var cardIDs: [String] = []
        var seen: Set<ExactText> = []
        for (cardID, _) in rows {
            if seen.insert(ExactText(cardID)).inserted { cardIDs.append(cardID) }
        }
        return cardIDs
    }

    /// The next cards that a link decides, in the order of their ids.
    private func linkedCards(behind place: inout String?) async throws -> [String] {
        guard let start = place, configuration.releasesHeldByItself else {
            place = nil
            return []
        }
        let rows = try await read(HeldSpendStore.cards(after: start, limit: Self.cardsPerRead))
        place = rows.count < Self.cardsPerRead ? nil : rows.last?.cardID
        return rows.filter(\.isDecidedByLink).map(\.cardID)
    }

    private func read<Row: Sendable>(_ query: Query<Row>) async throws -> [Row] {
        try await pool.withTransaction(vouches: false) { connection in
            try await connection.pipeline(PostgresStatement.preferIndexes, query).1
        }
    }
}
