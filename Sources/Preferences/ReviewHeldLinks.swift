public import Logging
import PostgreSQL
import Rewards

/// The worker that looks again at links held because of a possible retry, once an answer becomes known that settles it.
///
/// Answers are written after they were given, so a delivery may be applied before it is known that the one it resembles was
/// answered in time. Nothing else depends on answers, so nothing else is looked at.
///
/// **Concurrency**: several processes may run it; each pair is decided under the locks that changes of preferences take.
public struct ReviewHeldLinks: Sendable {
    /// How many open questions one look takes.
    private static let questionsMax = 10_000
    /// The longest wait for a database that is away.
    private static let outageBackoffMax = Duration.seconds(30)

    private struct Pair: Hashable {
        let sourceUserID: ExactText
        let programID: String
    }

    private let context: PreferencesContext
    private let pollInterval: Duration
    private let logger: Logger

    /// Makes the worker.
    public init(context: PreferencesContext, pollInterval: Duration = .seconds(1), logger: Logger) {
        self.context = context
        self.pollInterval = pollInterval
        self.logger = logger
    }

    /// Looks now and then until the task is cancelled.
    public func run() async throws {
        var outage = FailureStreak()
        while !Task.isCancelled {
            do {
                _ = try await reviewDue()
                if outage.succeeded() { logger.notice("held links can be looked at again") }
            } catch is CancellationError {
                return
            } catch {
                if outage.failed() {
                    logger.warning(
                        "held links cannot be looked at; they wait until they can", metadata: ["error": "\(error)"])
                }
            }
            let pause =
                outage.failures == 0
                ? pollInterval
                : Backoff(base: pollInterval, cap: Self.outageBackoffMax, jitter: .equal)
                    .pause(afterFailures: outage.failures, random: { .random(in: $0) })
            do { try await Task.sleep(for: pause) } catch { return }
        }
    }

    /// Looks once; how many pairs of a source user and a program had news.
    ///
    /// **Errors**: `PostgresError`.
    /// **Cost**: follows the links held because of a possible retry, which are few.
    @discardableResult
    public func reviewDue() async throws -> Int {
        let open = try await ConnectionEventStore.openQuestions(limit: Self.questionsMax, context.pool)
        guard !open.isEmpty else { return 0 }
        let answered = try await context.pool.withConnection { connection in
            try await context.answers(connection, open.map(\.inboxID))
        }
        var pairs: Set<Pair> = []
        for event in ConnectionEventStore.answeredEvents(among: open, answered) {
            pairs.insert(Pair(sourceUserID: ExactText(event.sourceUserID), programID: event.programID))
        }
        for pair in pairs {
            do {
                try await review(sourceUserID: pair.sourceUserID.text, programID: pair.programID)
            } catch let error where error.isAboutOnePair {
                // The next look tries it again; the pairs behind it do not wait for it.
                logger.warning(
                    "a held link cannot be looked at",
                    metadata: ["program_id": "\(pair.programID)", "error": "\(error)"])
            }
        }
        return pairs.count
    }

    private func review(sourceUserID: String, programID: String) async throws {
        let changed = try await context.pool.withLine("source-user:\(sourceUserID)") {
            try await change(sourceUserID: sourceUserID, programID: programID)
        }
        for cardID in changed { context.onChanged(cardID) }
    }

    /// Takes what answers became known; the cards whose preference that changed.
    private nonisolated(nonsending) func change(sourceUserID: String, programID: String) async throws -> [String] {
        try await context.pool.withTransaction { connection in
            try await CardStore.lockSourceUser(sourceUserID, connection)
            let cards = try await CardStore.lockAll(ofSourceUser: sourceUserID, connection)
            let now = context.now()
            guard
                try await ConnectionEventStore.takeAnswers(
                    ofSourceUser: sourceUserID, programID: programID, context.answers, now: now, connection)
            else { return [] }
            let change = try await SourceUserChange(
                sourceUserID: sourceUserID, programID: programID, cards: cards, context: context, now: now, connection)
            // An answer settles what is held; it makes no other preference, so no version names it as its cause.
            try await change.apply(cause: PreferenceCause(.event, id: ""), effectiveAt: now, connection)
            return change.changedCardIDs
        }
    }
}

extension Error {
    /// Whether the next pair may well be looked at.
    fileprivate var isAboutOnePair: Bool {
        if self is CancellationError { return false }
        guard let error = self as? PostgresError else { return true }
        return !error.isConnectivity && error.kind != .timeout && !error.saysServerIsUnavailable
    }
}
