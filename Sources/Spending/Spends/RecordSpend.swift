package import Cards
package import Logging
package import OperatorRecord
package import PluginRuntime
package import PostgreSQL
import Rewards
package import Waiting

/// Records cleared spends: each is split, earned and on disk, once, before its caller is answered.
///
/// **Guarantees** One outcome per spend id: an equal call gets the first answer with `replayed` set, another content is
/// refused (I-5). Legs, excluded and held sum to the amount (I-1); shares are fair over the card's running total (I-3).
/// An answer means that spend, legs, totals and positions are committed together (I-11); a failure says whether
/// anything happened (I-12). Spends of one card are decided in the order they arrive.
///
/// **Concurrency** Safe from any task, and from any number of processes on one database. `run()` must run.
///
/// **Cost** Spends that arrive together share one transaction of three round trips (four when a plugin asks for period
/// totals). No row is shared between cards.
package final class RecordSpend: Sendable {
    /// What it was made with.
    package let configuration: SpendingConfiguration
    private let now: @Sendable () -> PostgresTimestamp
    private let metrics: SpendingMetrics
    private let committer: GroupCommitter<PendingSpend, SpendAnswer>

    /// Makes the use case; nothing is committed before `run()`.
    ///
    /// - Parameters:
    ///   - plugins: The plugins in force; asked once for each attempt at a batch.
    ///   - positions: Changes positions.
    ///   - positionsDue: Raised after a commit that added to positions, to wake the planner.
    ///   - spendsRecorded: Raised after a commit that recorded a spend, to wake what waits for one.
    ///   - held: Takes the card after a commit that held something of a spend although the card may have links, for
    ///     the worker that releases it.
    ///   - now: The clock.
    package init(
        pool: PostgresPool,
        configuration: SpendingConfiguration = SpendingConfiguration(),
        plugins: any PluginsInForce,
        positions: any PositionSink,
        positionsDue: Signal = Signal(),
        spendsRecorded: Signal = Signal(),
        held: HeldCards = HeldCards(),
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        logger: Logger
    ) {
        self.configuration = configuration
        self.now = now
        let metrics = SpendingMetrics()
        self.metrics = metrics
        let transaction = BatchTransaction(
            pool: pool, plugins: plugins, configuration: configuration,
            prefetch: BatchPrefetch(lateClearing: configuration.lateClearing, fallback: configuration.fallback),
            positions: positions, now: now, metrics: metrics, logger: logger)
        committer = GroupCommitter(
            lanes: configuration.lanes, itemsPerBatchMax: configuration.spendsPerBatchMax,
            itemsQueuedMax: configuration.spendsQueuedMax, key: { $0.spend.input.cardID },
            putOffMax: configuration.cardPatience,
            turn: { cardID in await pool.turn(inLine: "card:\(cardID)", patience: configuration.cardPatience) }
        ) { batch in
            let start = ContinuousClock.now
            let answers = try await transaction.run(batch)
            metrics.countBatch(spends: batch.count, duration: start.duration(to: .now))
            for case .success(let answer) in answers where !answer.replayed {
                PluginFaults.count(in: answer.recorded.decision)
            }
            if answers.contains(where: \.hasRecorded) { spendsRecorded.raise() }
            if answers.contains(where: \.hasEarned) { positionsDue.raise() }
            for cardID in answers.compactMap(\.cardHeldUnderEarlierPreference) { held.add(cardID) }
            return answers
        }
    }

    /// Commits batches until `shutDown()` is called or the task is cancelled; every queued spend is answered first.
    package func run() async {
        await committer.run()
    }

    /// Stops taking spends; `run()` returns once the queued ones are answered.
    package func shutDown() {
        committer.shutDown()
    }

    /// How many spends wait for a batch at this moment.
    package var spendsWaiting: Int { committer.itemsWaiting }

    /// Records one spend, answered after the commit.
    ///
    /// - Parameters:
    ///   - previewToken: From `PreviewSpend`, or empty. The spend is then recorded exactly as previewed, or refused
    ///     with nothing stored.
    ///   - deadline: When the caller stops waiting; nil for never.
    ///   - audit: Recorded in the same transaction, unless the spend was recorded before.
    /// **Errors** `SpendingError`, with its reasons in the order of `SpendingError.Reason`; `CancellationError` when
    /// the caller was cancelled before its batch began, with nothing done.
    package func record(
        _ request: SpendRequest, previewToken: String = "", deadline: ContinuousClock.Instant? = nil,
        audit: AuditEntry? = nil
    ) async throws -> SpendAnswer {
        try Task.checkCancellation()
        return try await begin(request, previewToken: previewToken, deadline: deadline, audit: audit).answer()
    }

    /// Begins to record a spend, without waiting: spends of one card are decided in the order they begin.
    ///
    /// The parameters are those of `record`; what it refuses is the error of the answer.
    package func begin(
        _ request: SpendRequest, previewToken: String = "", deadline: ContinuousClock.Instant? = nil,
        audit: AuditEntry? = nil
    ) -> SpendUnderWay {
        do {
            let spend = try request.validated(now: now(), times: configuration.times, previewToken: previewToken)
            if let deadline, ContinuousClock.now.duration(to: deadline) < configuration.timeLeftMin {
                throw SpendingError.timeLimit
            }
            let pending = PendingSpend(spend: spend, audit: audit)
            return SpendUnderWay(progress: .queued(pending, try committer.begin(pending)), metrics: metrics)
        } catch {
            return SpendUnderWay(
                progress: .refused(SpendingError(ofSubmission: error, isInDoubt: false)), metrics: metrics)
        }
    }
}

extension Result where Success == SpendAnswer {
    /// Whether the commit behind this answer recorded the spend.
    fileprivate var hasRecorded: Bool {
        guard case .success(let answer) = self else { return false }
        return !answer.replayed
    }

    /// The card, when something was held under a version that may no longer be in force.
    fileprivate var cardHeldUnderEarlierPreference: String? {
        guard case .success(let answer) = self, !answer.replayed, answer.recorded.decision.heldMinor > 0,
            answer.recorded.attribution != .latest
        else { return nil }
        return answer.recorded.spend.cardID
    }

    /// Whether the commit behind this answer may have added to a position.
    fileprivate var hasEarned: Bool {
        guard case .success(let answer) = self, !answer.replayed else { return false }
        return answer.recorded.legs.contains { $0.earnedMicro > 0 }
    }
}
