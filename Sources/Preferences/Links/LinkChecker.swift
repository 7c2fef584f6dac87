import Cards
package import Cosmo
package import Logging
import Metrics
import PostgreSQL
import Rewards
package import Waiting

/// The worker that checks new and changed links: the program's required fields first, then Cosmo's validate-member.
///
/// **Guarantees**: Cosmo is asked outside any transaction, and an answer is written only when the link's account is
/// still the one that was asked about. A check that could not be made leaves the link unchecked and is tried again,
/// later and later, with full jitter, when it is due; without news the worker looks once a minute. While the database
/// is away it is looked for later and later, at least every half minute; that it is away, and that it is back, is
/// logged once.
/// **Concurrency**: several processes may run it; each due check is leased to one.
package struct LinkChecker: Sendable {
    /// How the worker goes about it.
    package struct Configuration: Sendable, Hashable {
        /// How many checks are under way at once.
        package var concurrency: Int
        /// How soon to look again after something was written that no signal announces.
        package var pollInterval: Duration
        /// How long a check may take before another process may take it over.
        package var lease: Duration
        /// The longest wait after a first failure; it doubles with each.
        package var backoffMin: Duration
        /// The longest wait of all.
        package var backoffMax: Duration

        /// Makes a configuration.
        package init(
            concurrency: Int = 8, pollInterval: Duration = .milliseconds(500), lease: Duration = .seconds(60),
            backoffMin: Duration = .seconds(2), backoffMax: Duration = .seconds(3600)
        ) {
            self.concurrency = concurrency
            self.pollInterval = pollInterval
            self.lease = lease
            self.backoffMin = backoffMin
            self.backoffMax = backoffMax
        }
    }

    private let context: PreferencesContext
    private let cosmo: any CosmoAPI
    private let configuration: Configuration
    private let logger: Logger
    private let random: @Sendable (ClosedRange<Int64>) -> Int64
    private let signal: Signal
    private let loop: WorkLoop

    /// The longest wait for a database that is away, unless the poll interval is longer.
    private static let outageBackoffMax = Duration.seconds(30)

    /// Makes the worker.
    ///
    /// - Parameter signal: Says that a link may be due, as ``wake()`` does.
    package init(
        context: PreferencesContext, cosmo: any CosmoAPI, signal: Signal = Signal(),
        configuration: Configuration = Configuration(),
        logger: Logger, random: @escaping @Sendable (ClosedRange<Int64>) -> Int64 = { .random(in: $0) }
    ) {
        self.signal = signal
        loop = WorkLoop(
            "checking links", wake: signal, poll: configuration.pollInterval,
            rest: .init(until: context.pool.commits),
            backoff: Backoff(
                base: configuration.pollInterval, cap: max(Self.outageBackoffMax, configuration.pollInterval),
                jitter: .equal),
            random: random, logger: logger)
        self.context = context
        self.cosmo = cosmo
        self.configuration = configuration
        self.logger = logger
        self.random = random
    }

    /// Says that a link may be due; costs nothing when the worker is busy.
    package func wake() { signal.raise() }

    /// Whether links became due that this process has not worked off yet.
    package var isBehind: Bool { loop.isBehind }

    /// Works until the task is cancelled; what is under way is finished, or left to its lease.
    package func run() async throws {
        await loop.run {
            let now = context.now()
            if try await checkDue() > 0 { return .more }
            let nextDueAt = try await context.pool.first(LinkCheckStore.nextDueAt(after: now))
            return .idle(atMost: nextDueAt.map { $0.duration(since: context.now()) })
        }
    }

    /// Checks what is due now, a batch of it; returns how many links it took.
    ///
    /// **Errors**: `PostgresError` from taking the batch; a single check that fails is logged and left to its lease.
    @discardableResult
    package func checkDue() async throws -> Int {
        let now = context.now()
        let due = try await context.pool.all(
            LinkCheckStore.claim(
                limit: configuration.concurrency, now: now, leaseEnd: now.advanced(by: configuration.lease)))
        await withDiscardingTaskGroup { group in
            for link in due { group.addTask { await check(link) } }
        }
        return due.count
    }

    /// How many links wait for a check, for the queue's gauge.
    package func waitingCount() async throws -> Int64 { try await context.pool.first(LinkCheckStore.countWaiting) ?? 0 }

    private func check(_ due: LinkCheckStore.Due) async {
        let result = await ask(due)
        Counter(label: "multibrand_link_checks_total", dimensions: [("result", result.validity.rawValue)]).increment()
        do {
            try await settle(due, result)
        } catch {
            logger.warning(
                "the check of a link could not be written",
                metadata: ["card_id": "\(due.cardID)", "program_id": "\(due.programID)", "error": "\(error)"])
        }
    }

    private func ask(_ due: LinkCheckStore.Due) async -> LinkCheck {
        if context.programs.paysIntoWallet(due.programID) { return .valid }
        let required = context.programs.requiredFields(due.programID)
        if let check = LinkCheck(account: due.account, requiredFields: required) {
            if let field = check.missingField {
                CosmoMetrics.countRefusedDestination(LinkCheck.missingFieldReason, field: field)
            }
            return check
        }
        do {
            return LinkCheck(isMember: try await cosmo.validateMember(programID: due.programID, account: due.account))
        } catch {
            return LinkCheck(error)
        }
    }

    private func settle(_ due: LinkCheckStore.Due, _ check: LinkCheck) async throws {
        let nextDueAt = check.validity == .unchecked ? context.now().advanced(by: backoff(due.attempts + 1)) : nil
        let isWritten = try await context.pool.withLine("card:\(due.cardID)") {
            try await write(due, check, nextDueAt: nextDueAt)
        }
        guard isWritten else { return }
        context.onChanged(due.cardID)
        if check.validity == .invalid {
            logger.info(
                "a link is invalid; it earns, but nothing is issued to it",
                metadata: [
                    "card_id": "\(due.cardID)", "program_id": "\(due.programID)", "reason": "\(check.reason ?? "")",
                ])
        }
    }

    /// Writes what a check has shown; false when the link has changed meanwhile.
    private func write(
        _ due: LinkCheckStore.Due, _ check: LinkCheck, nextDueAt: PostgresTimestamp?
    ) async throws -> Bool {
        try await context.pool.withTransaction(vouches: false) { connection in
            let now = context.now()
            let settle = LinkCheckStore.settle(due, check, now: now, nextDueAt: nextDueAt)
            guard try await connection.pipeline(settle) == 1 else { return false }
            var statements = [PreferenceNoticeStore.statement(cardID: due.cardID)]
            if check == .valid {
                statements += context.positions.planAgain(
                    cardID: due.cardID, programID: due.programID, accountChanged: true, at: now)
            }
            _ = try await connection.pipeline(statements)
            return true
        }
    }

    private func backoff(_ attempts: Int) -> Duration {
        Backoff(base: configuration.backoffMin, cap: configuration.backoffMax)
            .pause(afterFailures: attempts, random: random)
    }
}
