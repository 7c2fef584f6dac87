import Cosmo
package import Logging
import Metrics
package import PostgreSQL
package import Rewards
import Synchronization
package import Waiting

/// Turns what positions have pending into planned issuances.
///
/// **Guarantees** An issuance and its reference number are committed together with the quantity they take from the
/// position (I-2, I-6). A position that cannot be planned says why and is not looked at again until something changes.
/// Of one that owes, planned issuances are withdrawn, newest first, until it owes nothing (I-7). So is what was planned
/// for an account that is no longer the card's, unless something of it may be at Cosmo. A position whose plan the
/// database refuses keeps no other waiting: it is passed over and tried again later. Programs that pay into the
/// issuer's own wallet are paid, and what refunds took is taken back, in the same transaction (see ``WalletPayout``).
///
/// **Concurrency** Several planners, in any number of processes, share the work. `run()` returns when its task is
/// cancelled; a transaction under way is then committed or undone as a whole.
package final class IssuancePlanner: Sendable {
    /// What one planning transaction did.
    package struct Pass: Sendable, Hashable {
        /// How many positions were looked at.
        package var positionCount = 0
        /// How many issuances were planned.
        package var issuanceCount = 0
        /// How many planned issuances were withdrawn because their positions owe or their accounts changed.
        package var withdrawnCount = 0
        /// How many issuances were paid into the issuer's own wallet.
        package var paidCount = 0
        /// How many times points were taken back out of it.
        package var takenBackCount = 0
        /// How many positions were passed over because the database refused what was planned for them.
        package var refusedCount = 0
        /// Whether more was due than one pass takes.
        package var hasMore = false
        /// When the next position is due that was not due yet; nil when none waits.
        package var nextPlanAt: PostgresTimestamp?
    }

    private let pool: PostgresPool
    private let configuration: IssuanceConfiguration
    private let destinations: DestinationLookup
    private let terms: ProgramTermsLookup
    private let payout: WalletPayout
    private let makeReference: @Sendable (PositionKey) -> String
    private let now: @Sendable () -> PostgresTimestamp
    private let onPlanned: @Sendable () -> Void
    private let logger: Logger
    private let positionsDue: Signal
    private let loop: WorkLoop
    private let setbacks = Mutex(PlanSetbacks())
    private let issuancesPlanned = Counter(label: "multibrand_issuances_planned")
    private let issuancesWithdrawn = Counter(label: "multibrand_issuances_withdrawn")
    private let issuancesPaid = Counter(label: "multibrand_issuances_paid_into_wallet")
    private let issuancesTakenBack = Counter(label: "multibrand_issuances_taken_back")
    private let positionsRefused = Counter(label: "multibrand_positions_refused")

    /// Makes a planner; `positionsDue` says that positions may be due, and `onPlanned` is called after each pass that
    /// planned an issuance, to wake the sender.
    package init(
        pool: PostgresPool,
        configuration: IssuanceConfiguration,
        destinations: @escaping DestinationLookup,
        terms: @escaping ProgramTermsLookup,
        payout: WalletPayout = .none,
        positionsDue: Signal = Signal(),
        makeReference: @escaping @Sendable (PositionKey) -> String = ReferenceNumber.random,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        onPlanned: @escaping @Sendable () -> Void = {},
        logger: Logger
    ) {
        self.pool = pool
        self.configuration = configuration
        self.destinations = destinations
        self.terms = terms
        self.payout = payout
        self.makeReference = makeReference
        self.now = now
        self.onPlanned = onPlanned
        self.logger = logger
        self.positionsDue = positionsDue
        self.loop = WorkLoop(
            "planning issuances", wake: positionsDue, poll: configuration.pollInterval,
            rest: .init(until: pool.commits),
            backoff: configuration.loopBackoff, logger: logger)
    }

    /// Says that a position may be due; costs nothing when the planner is busy.
    package func wake() { positionsDue.raise() }

    /// Whether positions became due that this process has not planned yet.
    package var isBehind: Bool { loop.isBehind }

    /// Plans whatever is due until the task is cancelled.
    package func run() async throws {
        await loop.run {
            let pass = try await planDue()
            if pass.hasMore { return .more }
            let now = self.now()
            let nextRestEnd = setbacks.withLock { $0.nextRestEnd(after: now) }
            let next = [pass.nextPlanAt, nextRestEnd].compactMap(\.self).min()
            return .idle(atMost: next.map { $0.duration(since: now) })
        }
    }

    /// Plans one batch of due positions in one transaction; in ever smaller parts when the database refuses that.
    ///
    /// **Errors** `PostgresError` when the database cannot be reached or answers nobody; what the lookups throw.
    package func planDue() async throws -> Pass {
        let resting = setbacks.withLock { $0.resting(at: now()) }
        let pass: Pass
        do {
            pass = try await plan(limit: configuration.planBatchMax, except: resting)
        } catch let error as PostgresError where error.meaning == .refusedRow {
            pass = try await planInHalves(except: resting)
        }
        if pass.issuanceCount > 0 {
            issuancesPlanned.increment(by: pass.issuanceCount)
            onPlanned()
        }
        if pass.withdrawnCount > 0 { issuancesWithdrawn.increment(by: pass.withdrawnCount) }
        if pass.paidCount > 0 { issuancesPaid.increment(by: pass.paidCount) }
        if pass.takenBackCount > 0 { issuancesTakenBack.increment(by: pass.takenBackCount) }
        if pass.refusedCount > 0 { positionsRefused.increment(by: pass.refusedCount) }
        return pass
    }

    /// Plans due positions in one transaction.
    private func plan(limit: Int, only: [PositionKey] = [], except: [PositionKey] = []) async throws -> Pass {
        try await pool.withTransaction(vouches: false) { connection in
            let now = self.now()
            let (all, later) = try await connection.pipeline(
                PositionStore.lockDue(at: now, limit: limit, only: only, except: except),
                PositionStore.nextPlanAt(after: now))
            let nextPlanAt = later.first
            guard !all.isEmpty else { return Pass(nextPlanAt: nextPlanAt) }
            let programs = try await self.terms(connection, Array(Set(all.map(\.key.programID))).sorted())
            let destinations = try await self.destinations(of: all, on: connection)
            let paid = try await self.payWallet(all, programs, destinations, at: now, on: connection)
            let due = all.filter { programs[$0.key.programID]?.paysIntoWallet != true }
            guard !due.isEmpty else {
                return Pass(
                    positionCount: all.count, paidCount: paid.issuanceCount, takenBackCount: paid.reversalCount,
                    hasMore: all.count == limit || paid.hasMore, nextPlanAt: nextPlanAt)
            }
            let decisions = self.decide(due, programs, destinations, at: now)
            let planned = self.issuances(due, decisions)
            var statements = [
                PositionStore.planned(
                    decisions.enumerated().map { (due[$0].key, $1.decision) },
                    moreAt: now.advanced(by: self.configuration.planMoreDelay), at: now)
            ]
            if !planned.isEmpty { statements.append(IssuanceStore.insert(planned, at: now)) }
            let addressed = self.addressed(due, destinations, at: now)
            let (_, outdated) = try await connection.pipeline(
                statements, addressed.isEmpty ? nil : IssuanceStore.outdated(addressed))
            // After the lines above, which settle when a position is looked at next: a withdrawal asks for it at once.
            let withdrawn = try await WithdrawPlanned(policy: self.configuration.settlement)(
                due.compactMap { position in
                    guard position.inFlightMicro > 0, let debt = position.position?.debtMicro, debt > 0 else {
                        return nil
                    }
                    return (position.key, debt)
                }, outdated: outdated ?? [], at: now, on: connection)
            return Pass(
                positionCount: all.count, issuanceCount: planned.count,
                withdrawnCount: withdrawn.count { $0.record.status == .withdrawn }, paidCount: paid.issuanceCount,
                takenBackCount: paid.reversalCount,
                hasMore: all.count == limit || paid.hasMore || decisions.contains { $0.decision.hasMore }
                    || !withdrawn.isEmpty,
                nextPlanAt: nextPlanAt)
        }
    }

    /// Plans the due positions in halves, so that those the database refuses are found and take no other along.
    private func planInHalves(except resting: [PositionKey]) async throws -> Pass {
        let keys = try await pool.all(
            PositionStore.dueKeys(at: now(), limit: configuration.planBatchMax, except: resting))
        // What follows the batch is looked at next.
        var sum = Pass(hasMore: true)
        let answers = await commitInHalves(keys) { part in
            // The counts of a part are reported with its first position.
            let pass = try await self.plan(limit: part.count, only: part)
            return part.indices.map { .success($0 == 0 ? pass : Pass()) }
        }
        for (key, answer) in zip(keys, answers) {
            do {
                let pass = try answer.get()
                setbacks.withLock { $0.planned(key) }
                sum.positionCount += pass.positionCount
                sum.issuanceCount += pass.issuanceCount
                sum.withdrawnCount += pass.withdrawnCount
                sum.paidCount += pass.paidCount
                sum.takenBackCount += pass.takenBackCount
            } catch let error as PostgresError where error.meaning == .refusedRow {
                sum.refusedCount += 1
                try await passOver(key, because: error)
            }
        }
        return sum
    }

    private func passOver(_ key: PositionKey, because error: PostgresError) async throws {
        let now = now()
        let later = setbacks.withLock {
            $0.refused(key, at: now, pauseMin: configuration.backoffMin, pauseMax: configuration.backoffMax)
        }
        logger.error(
            "the database refused the plan of a position; it is skipped and will be retried",
            metadata: [
                "program_id": "\(key.programID)", "error": "\(error)", "pause": "\(later.duration(since: now))",
            ])
        do {
            let rest = PositionStore.rest(key, until: later, at: now)
            _ = try await pool.query(rest)
            setbacks.withLock { $0.written(key) }
        } catch let error as PostgresError where error.meaning == .refusedRow {
            // Its row takes not even that: it rests in this process, and the gauge of what is to be planned shows it.
        }
    }

    /// Where the points of positions go; read for all of them, since a wallet is paid without an account, and waits
    /// too.
    private func destinations(
        of due: [DuePosition], on connection: PostgresConnection
    ) async throws -> [DestinationKey: Destination] {
        let keys = Array(Set(due.map(\.destinationKey)))
        let found = try await destinations(connection, keys)
        var all: [DestinationKey: Destination] = [:]
        for (key, destination) in zip(keys, found) { all[key] = destination }
        return all
    }

    private func payWallet(
        _ due: [DuePosition], _ programs: [String: ProgramTerms], _ destinations: [DestinationKey: Destination],
        at now: PostgresTimestamp, on connection: PostgresConnection
    ) async throws -> PayWallet.Result {
        let owned = due.compactMap { position -> PayWallet.Due? in
            guard let terms = programs[position.key.programID], terms.paysIntoWallet else { return nil }
            return PayWallet.Due(
                position: position, terms: terms, waitsUntil: destinations[position.destinationKey]?.wait(at: now))
        }
        return try await PayWallet(payout: payout, configuration: configuration, makeReference: makeReference)(
            owned, at: now, on: connection)
    }

    /// The accounts that planned issuances of positions should have; of those alone that have any and do not wait.
    ///
    /// While a pair is held, it is open which account is the card's.
    private func addressed(
        _ due: [DuePosition], _ destinations: [DestinationKey: Destination], at now: PostgresTimestamp
    ) -> [(key: PositionKey, account: CosmoAccount)] {
        due.compactMap { position in
            let destination = destinations[position.destinationKey]
            guard position.inFlightMicro > 0, position.position != nil, destination?.wait(at: now) == nil else {
                return nil
            }
            return (position.key, destination?.account ?? CosmoAccount())
        }
    }

    private func decide(
        _ due: [DuePosition], _ programs: [String: ProgramTerms], _ destinations: [DestinationKey: Destination],
        at now: PostgresTimestamp
    ) -> [(decision: PlanDecision, destination: Destination?)] {
        due.map { position in
            let destination = destinations[position.destinationKey]
            let decision = PlanDecision.decide(
                position, destination: destination, terms: programs[position.key.programID],
                configuration: configuration, at: now)
            return (decision, destination)
        }
    }

    private func issuances(
        _ due: [DuePosition], _ decisions: [(decision: PlanDecision, destination: Destination?)]
    ) -> [IssuanceStore.Planned] {
        zip(due, decisions).flatMap { due, plan in
            guard let account = plan.destination?.account else { return [IssuanceStore.Planned]() }
            return plan.decision.sentValues.map { value in
                IssuanceStore.Planned(
                    key: due.key, referenceNumber: makeReference(due.key),
                    quantityMicro: value * plan.decision.unitMicro, sentValue: value,
                    sentUnitMicro: plan.decision.unitMicro, sentCurrency: plan.decision.currency,
                    account: account)
            }
        }
    }
}
