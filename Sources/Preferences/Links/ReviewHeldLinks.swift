import Cards
import Deliveries
package import Logging
import PostgreSQL
import Rewards
import Waiting

/// The worker that looks again at links held because of a possible retry, once an answer becomes known that settles it.
///
/// Answers are written after they were given, so a delivery may be applied before it is known that the one it resembles
/// was answered in time. Nothing else depends on answers, so nothing else is looked at.
///
/// **Concurrency**: several processes may run it; each pair is decided under the locks that changes of preferences
/// take.
package struct ReviewHeldLinks: Sendable {
    /// The longest wait for a database that is away.
    private static let outageBackoffMax = Duration.seconds(30)

    private struct Pair: Hashable {
        let sourceUserID: ExactText
        let programID: String
    }

    private let context: PreferencesContext
    private let pollInterval: Duration
    private let linksPerRead: Int
    private let logger: Logger

    /// Makes the worker.
    package init(
        context: PreferencesContext, pollInterval: Duration = .seconds(1), linksPerRead: Int = 500, logger: Logger
    ) {
        self.context = context
        self.pollInterval = pollInterval
        self.linksPerRead = linksPerRead
        self.logger = logger
    }

    /// Looks now and then until the task is cancelled.
    package func run() async throws {
        await WorkLoop(
            "reviewing held links", poll: pollInterval,
            rest: .init(until: context.pool.commits),
            backoff: Backoff(base: pollInterval, cap: Self.outageBackoffMax, jitter: .equal), logger: logger
        ).run {
            try await reviewDue()
            return .idle()
        }
    }

    /// Looks once at every held link; how many pairs of a source user and a program had news.
    ///
    /// **Errors**: `PostgresError`.
    /// **Cost**: follows the held links, which are few, some at a time.
    @discardableResult
    package func reviewDue() async throws -> Int {
        var count = 0
        var place = LinkKey()
        while true {
            let start = place
            let (links, pairs) = try await context.pool.withConnection { connection in
                let links = try await connection.all(LinkStore.held(after: start, limit: linksPerRead))
                return (links, try await pairsWithNews(about: links, connection))
            }
            for pair in pairs {
                do {
                    try await review(sourceUserID: pair.sourceUserID.text, programID: pair.programID)
                } catch let error where !(error is CancellationError) {
                    // The next look tries it again; the pairs behind it do not wait for it. Only a database that is
                    // away ends the look.
                    try await context.pool.ping()
                    logger.warning(
                        "a held link cannot be reviewed",
                        metadata: ["program_id": "\(pair.programID)", "error": "\(error)"])
                }
            }
            count += pairs.count
            guard links.count == linksPerRead, let last = links.last else { return count }
            place = last
        }
    }

    /// The pairs of these links about which an event is answered now that was not known to be.
    private func pairsWithNews(
        about links: [LinkKey], _ connection: PostgresConnection
    ) async throws -> Set<Pair> {
        let open = links.isEmpty ? [] : try await connection.all(ConnectionEventStore.openDeliveries(about: links))
        guard !open.isEmpty else { return [] }
        let answered = Set(try await connection.all(context.deliveries.answered(among: open.map(\.inboxID))))
        var pairs: Set<Pair> = []
        for event in ConnectionEventStore.answeredEvents(among: open, answered) {
            pairs.insert(Pair(sourceUserID: ExactText(event.sourceUserID), programID: event.programID))
        }
        return pairs
    }

    private func review(sourceUserID: String, programID: String) async throws {
        let changed = try await context.pool.withLine("source-user:\(sourceUserID)") {
            try await change(sourceUserID: sourceUserID, programID: programID)
        }
        for cardID in changed { context.onChanged(cardID) }
    }

    /// Takes what answers became known; the cards whose preference that changed.
    private func change(sourceUserID: String, programID: String) async throws -> [String] {
        try await context.pool.withTransaction { connection in
            let sourceUser = try await LockedSourceUser.lock(sourceUserID, on: connection)
            let cards = try await sourceUser.lockCards(on: connection)
            let now = context.now()
            let (change, hasNews) = try await SourceUserChange.takingAnswers(
                of: sourceUser, programID: programID, cards: cards, context: context, now: now, connection)
            guard hasNews else { return [] }
            // An answer settles what is held; it makes no other preference, so no version names it as its cause.
            try await change.apply(
                to: cards, cause: PreferenceCause(.event, id: ""), effectiveAt: now, context: context, now: now,
                connection)
            return change.changedCardIDs
        }
    }
}
