public import Logging
import Metrics
public import PostgreSQL
import Rewards

/// Turns what positions have pending into planned issues.
///
/// **Guarantees** An issue and its reference number are committed together with the quantity they take from the position
/// (I-2, I-6). A position that cannot be planned says why and is not looked at again until something changes. Of one that
/// owes, planned issues are withdrawn, newest first, until it owes nothing (I-7).
///
/// **Concurrency** Several planners, in any number of processes, share the work. `run()` returns when its task is
/// cancelled; a transaction under way is then committed or undone as a whole.
public final class IssuancePlanner: Sendable {
    /// What one planning transaction did.
    public struct Pass: Sendable, Hashable {
        /// How many positions were looked at.
        public var positionCount = 0
        /// How many issues were planned.
        public var issueCount = 0
        /// How many planned issues were withdrawn because their positions owe.
        public var withdrawnCount = 0
        /// Whether more was due than one pass takes.
        public var hasMore = false
    }

    private let pool: PostgresPool
    private let configuration: IssuanceConfiguration
    private let destinations: DestinationLookup
    private let terms: ProgramTermsLookup
    private let makeReference: @Sendable () -> String
    private let now: @Sendable () -> PostgresTimestamp
    private let onPlanned: @Sendable () -> Void
    private let logger: Logger
    private let signal = WorkSignal()
    private let issuesPlanned = Counter(label: "multibrand_issuances_planned")
    private let issuesWithdrawn = Counter(label: "multibrand_issuances_withdrawn")

    /// Makes a planner; `onPlanned` is called after each pass that planned an issue, to wake the sender.
    public init(
        pool: PostgresPool,
        configuration: IssuanceConfiguration,
        destinations: @escaping DestinationLookup,
        terms: @escaping ProgramTermsLookup,
        makeReference: @escaping @Sendable () -> String = ReferenceNumber.random,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        onPlanned: @escaping @Sendable () -> Void = {},
        logger: Logger
    ) {
        self.pool = pool
        self.configuration = configuration
        self.destinations = destinations
        self.terms = terms
        self.makeReference = makeReference
        self.now = now
        self.onPlanned = onPlanned
        self.logger = logger
    }

    /// Says that a position may be due; costs nothing when the planner is busy.
    public func wake() { signal.raise() }

    /// Plans whatever is due until the task is cancelled.
    public func run() async throws {
        var failures = 0
        while !Task.isCancelled {
            do {
                let pass = try await planDue()
                failures = 0
                if !pass.hasMore { await signal.wait(atMost: configuration.pollInterval) }
            } catch {
                if Task.isCancelled { return }
                failures += 1
                logger.error("planning issues failed; it is tried again", metadata: ["error": "\(error)"])
                await signal.wait(
                    atMost: Pause.equalJitter(
                        failures: failures, min: configuration.pollInterval, max: configuration.backoffMax))
            }
        }
    }

    /// Plans one batch of due positions in one transaction.
    public func planDue() async throws -> Pass {
        let pass = try await pool.withTransaction { connection in
            let now = self.now()
            let due = try await PositionStore.lockDue(
                at: now, limit: self.configuration.planBatchMax, on: connection)
            guard !due.isEmpty else { return Pass() }
            let decisions = try await self.decide(due, on: connection)
            let planned = self.issues(due, decisions)
            var statements = [
                PositionStore.planned(
                    decisions.enumerated().map { (due[$0].key, $1.decision) },
                    moreAt: now.advanced(by: self.configuration.planMoreDelay), at: now)
            ]
            if !planned.isEmpty { statements.append(IssuanceStore.insert(planned, at: now)) }
            _ = try await connection.pipeline(statements)
            // After the lines above, which settle when a position is looked at next: a withdrawal asks for it at once.
            let withdrawn = try await WithdrawPlanned(policy: self.configuration.settlement)(
                due.compactMap { position in
                    guard position.inFlightMicro > 0, let debt = position.position?.debtMicro, debt > 0 else {
                        return nil
                    }
                    return (position.key, debt)
                }, at: now, on: connection)
            return Pass(
                positionCount: due.count, issueCount: planned.count,
                withdrawnCount: withdrawn.count { $0.record.status == .withdrawn },
                hasMore: due.count == self.configuration.planBatchMax || decisions.contains { $0.decision.hasMore }
                    || !withdrawn.isEmpty)
        }
        if pass.issueCount > 0 {
            issuesPlanned.increment(by: pass.issueCount)
            onPlanned()
        }
        if pass.withdrawnCount > 0 { issuesWithdrawn.increment(by: pass.withdrawnCount) }
        return pass
    }

    private func decide(
        _ due: [DuePosition], on connection: PostgresConnection
    ) async throws -> [(decision: PlanDecision, destination: Destination?)] {
        let keys = due.map { DestinationKey(cardID: $0.key.cardID, programID: $0.key.programID) }
        let found = try await destinations(connection, keys)
        let programs = try await terms(connection, Array(Set(keys.map(\.programID))).sorted())
        return due.indices.map { index in
            let destination = found.indices.contains(index) ? found[index] : nil
            let decision = PlanDecision.decide(
                due[index], destination: destination, terms: programs[due[index].key.programID],
                configuration: configuration)
            return (decision, destination)
        }
    }

    private func issues(
        _ due: [DuePosition], _ decisions: [(decision: PlanDecision, destination: Destination?)]
    ) -> [IssuanceStore.Planned] {
        zip(due, decisions).flatMap { due, plan in
            guard let account = plan.destination?.account else { return [IssuanceStore.Planned]() }
            return plan.decision.sentValues.map { value in
                IssuanceStore.Planned(
                    key: due.key, referenceNumber: makeReference(), quantityMicro: value * plan.decision.unitMicro,
                    sentValue: value, sentCurrency: plan.decision.currency, account: account)
            }
        }
    }
}
