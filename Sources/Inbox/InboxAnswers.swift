import Logging
import PostgreSQL
import Synchronization
import Waiting

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
    }

    /// How many answers may wait while the database is away.
    static let waitingMax = 65_536
    private static let batchMax = 1_000
    private static let pauseMax = Duration.seconds(5)

    private let pool: PostgresPool
    private let logger: Logger
    private let state = Mutex(State())
    private let signal = Signal()
    private static let backoff = Backoff(base: .milliseconds(100), cap: pauseMax, jitter: .equal)

    init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
    }

    /// Notes an answer; returns at once.
    func note(_ inboxID: Int64, at answeredAt: PostgresTimestamp) {
        let isFirst = state.withLock { state in
            guard state.waiting.count < Self.waitingMax else { return false }
            state.waiting.append((inboxID, answeredAt))
            return state.waiting.count == 1
        }
        if isFirst { signal.raise() }
    }

    /// Stores answers as they come until ``shutDown()``, and then once more what was gathered. A cancelled task stores
    /// nothing more.
    func run() async {
        await WorkLoop("recording answers to webhooks", wake: signal, poll: nil, backoff: Self.backoff, logger: logger)
            .run {
                let (batch, isStopped) = state.withLock { (Array($0.waiting.prefix(Self.batchMax)), $0.isStopped) }
                if isStopped { return .end }
                if batch.isEmpty { return .idle() }
                try await Self.store(batch, pool)
                state.withLock { $0.waiting.removeFirst(batch.count) }
                return .more
            }
        // One try: the doors are closed, and a database that is away must not hold the end up.
        let left = state.withLock { $0.waiting }
        if !left.isEmpty { try? await Self.store(left, pool) }
    }

    /// Stores answers in a transaction of their own.
    static func store(
        _ answers: [(inboxID: Int64, answeredAt: PostgresTimestamp)], _ pool: PostgresPool
    ) async throws {
        _ = try await pool.withTransaction { try await $0.pipeline(InboxStore.insertAnswers(answers)) }
    }

    /// Has ``run()`` end.
    func shutDown() {
        state.withLock { $0.isStopped = true }
        signal.raise()
    }
}
