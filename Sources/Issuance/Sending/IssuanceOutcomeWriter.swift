import Logging
import PostgreSQL
import Waiting

/// Writes the outcomes of issuance calls in batches, each durable before its slot is free again.
final class IssuanceOutcomeWriter: Sendable {
    private let pool: PostgresPool
    private let policy: SettlementPolicy
    private let logger: Logger
    private let committer: GroupCommitter<ApplyIssuanceEvents.Input, Void>

    private static let backoff = Backoff(base: .milliseconds(200), cap: .seconds(5), jitter: .equal)

    init(
        pool: PostgresPool, configuration: IssuanceConfiguration, now: @escaping @Sendable () -> PostgresTimestamp,
        logger: Logger
    ) {
        let policy = configuration.settlement
        self.pool = pool
        self.policy = policy
        self.logger = logger
        self.committer = GroupCommitter(lanes: 2, itemsPerBatchMax: 128) { inputs in
            try await pool.withTransaction { connection in
                let applied = try await ApplyIssuanceEvents(policy: policy).apply(inputs, at: now(), on: connection)
                for (input, transition) in zip(inputs, applied) where transition == nil {
                    try await Self.missing(input, configuration, at: now(), logger, on: connection)
                }
            }
            return inputs.map { _ in .success(()) }
        }
    }

    /// An issuance that was sent is not in the books any more: they are not those that its lease was committed to.
    private static func missing(
        _ input: ApplyIssuanceEvents.Input, _ configuration: IssuanceConfiguration, at now: PostgresTimestamp,
        _ logger: Logger, on connection: PostgresConnection
    ) async throws {
        logger.error(
            "the outcome matches no issuance in the books: the database has lost issuances",
            metadata: [
                "reference_number": "\(input.referenceNumber)", "transaction": "\(input.event.transactionID ?? "-")",
                "see": "multibrand admin recovery show",
            ])
        guard configuration.isRecoveryEnabled else { return }
        // How much was lost is not known: a day is compared.
        let begin = RecoveryStore.begin(
            configuration.recovery(
                .gap, "\(input.referenceNumber) was sent and is not in the books",
                since: now.advanced(by: .seconds(-86_400)), at: now), at: now)
        _ = try await connection.query(begin)
    }

    func run() async { await committer.run() }

    func shutDown() { committer.shutDown() }

    /// Writes one outcome, trying again while the database is away, for as long as a lease lasts.
    ///
    /// When that is in vain the lease ends and the issuance becomes unknown, which reads settle: nothing is lost but
    /// time.
    func write(_ input: ApplyIssuanceEvents.Input) async {
        let deadline = ContinuousClock.now + policy.leaseDuration
        var failures = 0
        while true {
            do {
                return try await committer.submit(input)
            } catch {
                failures += 1
                let isWorthwhile =
                    ContinuousClock.now < deadline && !Task.isCancelled && !(error is GroupCommitError)
                    && (error as? PostgresError)?.meaning != .closed
                logger.error(
                    "the outcome of an issuance could not be written",
                    metadata: [
                        "reference_number": "\(input.referenceNumber)", "error": "\(error)",
                        "next": isWorthwhile ? "tried again" : "the lease ends and the issuance is read from Cosmo",
                    ])
                guard isWorthwhile else { return }
                // The database does not announce its return. The jitter keeps calls that failed together from retrying
                // together.
                try? await Task.sleep(for: Self.backoff.pause(afterFailures: failures))
            }
        }
    }
}
