import Logging
import PostgreSQL
import Rewards
import Synchronization

/// Answers that were given and are yet to be stored: gathered in memory, written in batches, never waited for.
///
/// What is lost with the process, or does not fit, is as if it had not been answered: the safe direction, since then a
/// later delivery may be taken for a retry and held.
///
/// **Concurrency**: safe from any task.
final class InboxAnswers: Sendable {
    private struct State {
        var waiting: [(inboxID: Int64, answeredAt: PostgresTimestamp)] = []
        var isStopped = false
        var signal: CheckedContinuation<Void, Never>?
    }

    /// How many answers may wait while the database is away.
    static let waitingMax = 65_536
    private static let batchMax = 1_000
    private static let pauseMax = Duration.seconds(5)

    private let pool: PostgresPool
    private let logger: Logger
    private let state = Mutex(State())

    init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// Notes an answer; returns at once.
    func note(_ inboxID: Int64, at answeredAt: PostgresTimestamp) {
        let signal = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.count < Self.waitingMax else { return nil }
            state.waiting.append((inboxID, answeredAt))
            defer { state.signal = nil }
            return state.signal
        }
        signal?.resume()
    }

    /// Stores answers as they come until ``shutDown()``, and then once more what was gathered. A cancelled task stores nothing
    /// more.
    func run() async {
        await withTaskCancellationHandler {
            await store()
        } onCancel: {
            shutDown()
        }
    }

    /// Has ``run()`` end.
    func shutDown() {
        let signal = state.withLock { state in
            state.isStopped = true
            defer { state.signal = nil }
            return state.signal
        }
        signal?.resume()
    }

    private func store() async {
        var outage = FailureStreak()
        while true {
            let batch = state.withLock { Array($0.waiting.prefix(Self.batchMax)) }
            if state.withLock({ $0.isStopped }) {
                // One try: the doors are closed, and a database that is away must not hold the end up.
                let left = state.withLock { $0.waiting }
                if !left.isEmpty { try? await InboxStore.insertAnswers(left, pool) }
                return
            }
            if batch.isEmpty {
                await arrival()
                continue
            }
            do {
                try await InboxStore.insertAnswers(batch, pool)
                state.withLock { $0.waiting.removeFirst(batch.count) }
                _ = outage.succeeded()
            } catch {
                if outage.failed() {
                    logger.warning(
                        "answers to webhooks cannot be noted; until they are, what repeats them may be held as a retry",
                        metadata: ["error": "\(error)"])
                }
                let pause = Backoff(base: .milliseconds(100), cap: Self.pauseMax, jitter: .equal)
                    .pause(afterFailures: outage.failures, random: { .random(in: $0) })
                // The database does not announce its return, so it is tried again: later and later, and not by all at once.
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func arrival() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.waiting.isEmpty || state.isStopped { return true }
                state.signal = continuation
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
