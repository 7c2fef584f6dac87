import Logging
import PostgreSQL
import Rewards

/// Brings a batch of spends to an outcome: repeats what may be repeated, finds out what a lost commit came to, and lets
/// a spend that the database refuses fail alone.
struct BatchCommit: Sendable {
    let transaction: BatchTransaction
    let racesMax: Int
    let commitResolutionTime: Duration
    let metrics: SpendingMetrics
    let logger: Logger

    /// What the attempts at one batch have come to so far.
    private struct Attempts {
        /// The `recorded_at` of each attempt: a spend that is stored with one of them was recorded by this very call.
        var stamps: Set<PostgresTimestamp> = []
        var races = 0
        /// When a commit's answer was lost; nil while every attempt is known to have done nothing.
        var unknownSince: ContinuousClock.Instant?
        var failures = 0
    }

    private enum OnFailure {
        case again(after: Duration)
        case split
        case giveUp(SpendingError)
    }

    /// What became of a spend; nil when its card was busy and nothing was done.
    typealias Answer = Result<SpendAnswer, SpendingError>?

    /// Commits the batch and answers each spend, in order.
    func run(_ spends: [ValidatedSpend]) async -> [Answer] {
        await run(spends, Attempts())
    }

    private func run(_ spends: [ValidatedSpend], _ earlier: Attempts) async -> [Answer] {
        var attempts = earlier
        while true {
            do {
                let answers = try await transaction.run(spends, stamps: &attempts.stamps)
                return await resolve(answers.map { $0.map { Self.crediting($0, attempts) } }, spends, attempts)
            } catch {
                switch decide(on: error, spendCount: spends.count, &attempts) {
                case .again(let pause):
                    if pause > .zero { try? await Task.sleep(for: pause) }
                case .split:
                    let middle = spends.count / 2
                    // Each part inherits what the whole came to: a commit whose answer was lost stays unknown for it.
                    return await run(Array(spends[..<middle]), attempts) + run(Array(spends[middle...]), attempts)
                case .giveUp(let failure):
                    return spends.map { _ in .failure(failure) }
                }
            }
        }
    }

    /// Goes on with spends whose card is busy while an earlier attempt's commit may have taken effect: what became of that
    /// must be found out by this call.
    private func resolve(_ answers: [Answer], _ spends: [ValidatedSpend], _ earlier: Attempts) async -> [Answer] {
        guard let since = earlier.unknownSince, answers.contains(where: { $0 == nil }) else { return answers }
        let open = answers.indices.filter { answers[$0] == nil }
        var answers = answers
        guard since.duration(to: .now) < commitResolutionTime else {
            for index in open { answers[index] = .failure(.commitUnknown) }
            return answers
        }
        var attempts = earlier
        attempts.failures += 1
        try? await Task.sleep(
            for: RepeatableTransaction.backoff.pause(afterFailures: attempts.failures) { Int64.random(in: $0) })
        for (index, answer) in zip(open, await run(open.map { spends[$0] }, attempts)) { answers[index] = answer }
        return answers
    }

    private func decide(on error: any Error, spendCount: Int, _ attempts: inout Attempts) -> OnFailure {
        if error is BatchTransaction.LostRace {
            attempts.races += 1
            return attempts.races <= racesMax ? .again(after: .zero) : .giveUp(failure(.contention, attempts))
        }
        guard let error = error as? PostgresError else {
            logger.error("a batch of spends failed", metadata: ["error": "\(error)"])
            return refuse(spendCount, attempts)
        }
        if error.kind == .commitOutcomeUnknown {
            metrics.countUnknownCommit()
            attempts.unknownSince = attempts.unknownSince ?? .now
        }
        if error.isConnectivity || error.kind == .timeout || error.saysServerIsUnavailable {
            guard let since = attempts.unknownSince else { return .giveUp(.databaseUnavailable) }
            guard error.kind != .closed, since.duration(to: .now) < commitResolutionTime else {
                return .giveUp(.commitUnknown)
            }
            attempts.failures += 1
            return .again(
                after: RepeatableTransaction.backoff.pause(afterFailures: attempts.failures) { Int64.random(in: $0) })
        }
        if error.isRetryable {
            guard let since = attempts.unknownSince, since.duration(to: .now) < commitResolutionTime else {
                return .giveUp(failure(.contention, attempts))
            }
            attempts.failures += 1
            return .again(
                after: RepeatableTransaction.backoff.pause(afterFailures: attempts.failures) { Int64.random(in: $0) })
        }
        logger.error(
            "the database refused a batch of spends", metadata: ["error": "\(error)", "spends": "\(spendCount)"])
        if spendCount == 1, error.sqlState == .numericValueOutOfRange {
            return .giveUp(failure(.rewardOverflow, attempts))
        }
        return refuse(spendCount, attempts)
    }

    /// One bad spend fails alone: halves are tried until it is by itself.
    private func refuse(_ spendCount: Int, _ attempts: Attempts) -> OnFailure {
        spendCount > 1 ? .split : .giveUp(failure(.internalFault, attempts))
    }

    /// After a lost commit no answer may say that nothing was done.
    private func failure(_ error: SpendingError, _ attempts: Attempts) -> SpendingError {
        attempts.unknownSince == nil ? error : .commitUnknown
    }

    /// A spend found standing that this call itself recorded, in an attempt whose answer was lost, is no replay.
    private static func crediting(
        _ answer: Result<SpendAnswer, SpendingError>, _ attempts: Attempts
    ) -> Result<SpendAnswer, SpendingError> {
        guard attempts.unknownSince != nil, case .success(let found) = answer, found.replayed,
            attempts.stamps.contains(found.recorded.recordedAt)
        else { return answer }
        return .success(SpendAnswer(recorded: found.recorded, replayed: false))
    }
}
