package import Cosmo
import Foundation
package import Logging
import Metrics
package import PostgreSQL
import Rewards
import Synchronization
import Waiting

/// Sends planned issuances to Cosmo, under leases, and records what came of each.
///
/// **Guarantees** Nothing is sent that does not follow from what was planned (I-7). The lease is committed before the
/// call starts (I-6), by a transaction that found no recovery open; a call is given up before its lease ends; only an
/// outcome that is certainly without effect makes an issuance planned again.
///
/// **Concurrency** Several senders, in any number of processes, share the work. `stop()` ends `run()` after the calls
/// under way; cancelling its task abandons them, and their issuances become unknown when their leases end.
package final class IssuanceSender: Sendable {
    private let pool: PostgresPool
    private let cosmo: any CosmoAPI
    private let configuration: IssuanceConfiguration
    private let terms: ProgramTermsLookup
    private let now: @Sendable () -> PostgresTimestamp
    private let logger: Logger
    private let signal: Signal
    private let loop: WorkLoop
    private let slots: Mutex<SenderSlots>
    private let isStopping = Mutex(false)
    private let outcomes: IssuanceOutcomeWriter
    private let fence: IssuingFence

    /// Makes a sender.
    package init(
        pool: PostgresPool,
        cosmo: any CosmoAPI,
        configuration: IssuanceConfiguration,
        terms: @escaping ProgramTermsLookup,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        logger: Logger
    ) {
        self.pool = pool
        self.cosmo = cosmo
        self.configuration = configuration
        self.terms = terms
        self.now = now
        self.logger = logger
        let signal = Signal()
        self.signal = signal
        self.loop = WorkLoop(
            "claiming issuances", wake: signal, poll: configuration.pollInterval, rest: .init(until: pool.commits),
            backoff: configuration.loopBackoff, logger: logger)
        self.slots = Mutex(
            SenderSlots(
                totalMax: configuration.concurrentSendsMax, perProgramMax: configuration.concurrentSendsPerProgramMax))
        self.fence = IssuingFence(configuration: configuration, logger: logger)
        self.outcomes = IssuanceOutcomeWriter(pool: pool, configuration: configuration, now: now, logger: logger)
    }

    /// Says that an issuance may be due; costs nothing when the sender is busy.
    package func wake() { signal.raise() }

    /// Whether issuances became due that this process has not looked at yet.
    package var isBehind: Bool { loop.isBehind }

    /// Has `run()` return as soon as the calls under way have ended and their outcomes are on disk.
    package func stop() {
        isStopping.withLock { $0 = true }
        signal.raise()
    }

    /// How many issuance calls are under way at this moment.
    package var callsInFlight: Int { slots.withLock { $0.inFlight } }

    /// Sends whatever is due until `stop()` or cancellation.
    package func run() async throws {
        await withTaskGroup { group in
            group.addTask { await self.outcomes.run() }
            await withDiscardingTaskGroup { calls in
                await loop.run {
                    guard !isStopping.withLock({ $0 }) else { return .end }
                    let now = self.now()
                    let leased = try await claim()
                    for issuance in leased.issuances {
                        calls.addTask { await self.send(issuance, lease: leased.lease) }
                    }
                    guard leased.issuances.isEmpty else { return .more }
                    // Each call that ends wakes the loop.
                    guard slots.withLock({ $0.inFlight < $0.totalMax }) else { return .full }
                    let nextDueAt = try await pool.first(IssuanceStore.nextPlannedDueAt(after: now))
                    let nextRestEnd = slots.withLock { $0.nextRestEnd(after: now) }
                    let next = [nextDueAt, nextRestEnd].compactMap(\.self).min()
                    return .idle(atMost: next.map { $0.duration(since: self.now()) })
                }
            }
            outcomes.shutDown()
        }
    }

    /// Leases as many due issuances as there are free slots, each counted in its slot.
    private func claim() async throws -> (lease: String, issuances: [IssuanceRecord]) {
        let lease = UUID().uuidString.lowercased()
        guard slots.withLock({ $0.inFlight < $0.totalMax }) else { return (lease, []) }
        let due = try await pool.all(IssuanceStore.programsDue(at: now())).shuffled()
        guard !due.isEmpty else { return (lease, []) }
        let issuances = try await pool.withTransaction(vouches: false) { connection -> [IssuanceRecord] in
            let now = self.now()
            // After a failover or a restore nothing is sent until the books were compared with Cosmo's.
            guard try await !self.fence.isUp(at: now, on: connection) else { return [] }
            // What was planned before the pause waits too: a pause stops all that cannot be undone.
            let terms = try await self.terms(connection, due)
            let open = due.filter { terms[$0]?.isPaused != true }
            let wanted = self.slots.withLock { $0.wanted(open, at: now) }
            guard !wanted.isEmpty else { return [] }
            let claims = IssuanceStore.claim(
                wanted, lease: lease, until: now.advanced(by: self.configuration.settlement.leaseDuration), at: now)
            return try await connection.pipeline(claims).flatMap { $0 }
        }
        slots.withLock { slots in
            for issuance in issuances { slots.began(issuance.programID) }
        }
        return (lease, issuances)
    }

    private func send(_ issuance: IssuanceRecord, lease: String) async {
        defer {
            slots.withLock { $0.ended(issuance.programID) }
            signal.raise()
        }
        // A process that stood still for so long must not send under a lease that others may see ended (I-6).
        let lastMoment = (issuance.dueAt ?? now()).advanced(by: .zero - configuration.leaseMargin)
        let left = lastMoment.duration(since: now())
        guard left > .zero, !Task.isCancelled else { return }
        guard issuance.isAsPlanned(valueUnit: configuration.valueUnit) else {
            return await holdBack(issuance, lease: lease)
        }
        let request = CosmoIssuanceRequest(
            programID: issuance.programID, value: issuance.sentValue, currency: issuance.sentCurrency,
            account: issuance.account,
            referenceNumber: issuance.referenceNumber)
        let outcome: SendOutcome
        switch await call(request, within: left) {
        case .success(let answer): outcome = SendOutcome(answer)
        case .failure(let error):
            outcome = SendOutcome(error, issuance: issuance, lease: lease, at: now(), configuration: configuration)
            logger.info(
                "an issuance was not accepted",
                metadata: [
                    "reference_number": "\(issuance.referenceNumber)", "program_id": "\(issuance.programID)",
                    "reason": "\(error.reason.rawValue)", "outcome": "\(error.outcome.rawValue)",
                ])
        }
        Counter(label: "multibrand_issuance_sends", dimensions: [("outcome", outcome.label)]).increment()
        if outcome.isFailure {
            Counter(label: "multibrand_program_failures", dimensions: [("program_id", issuance.programID)]).increment()
        }
        note(outcome.health, of: issuance.programID)
        await outcomes.write(.init(referenceNumber: issuance.referenceNumber, event: outcome.event))
    }

    /// Sends nothing: what is issued cannot be taken back (I-7), and the row does not say what was planned.
    private func holdBack(_ issuance: IssuanceRecord, lease: String) async {
        logger.error(
            "an issuance differs from what was planned and was not sent; run `multibrand verify`",
            metadata: [
                "reference_number": "\(issuance.referenceNumber)", "program_id": "\(issuance.programID)",
                "reason": "\(IssuanceReason.notAsPlanned)",
            ])
        Counter(label: "multibrand_issuance_sends", dimensions: [("outcome", "not_as_planned")]).increment()
        await outcomes.write(.init(referenceNumber: issuance.referenceNumber, event: .notAsPlanned(lease: lease)))
    }

    private func note(_ health: SendOutcome.Health, of programID: String) {
        let now = now()
        slots.withLock { slots in
            switch health {
            case .answered: slots.answered(programID)
            case .failed(let notBefore):
                slots.failed(programID) { failures in
                    let pause = configuration.sendBackoff.pause(afterFailures: failures)
                    return max(now.advanced(by: pause), notBefore ?? now)
                }
            }
        }
    }

    /// Calls Cosmo and cancels the call when its time is up; the call itself says what that left behind.
    private func call(
        _ request: CosmoIssuanceRequest, within limit: Duration
    ) async -> Result<CosmoIssuanceAnswer, CosmoError> {
        await withTaskGroup(of: Result<CosmoIssuanceAnswer, CosmoError>?.self) { group in
            group.addTask {
                do throws(CosmoError) {
                    return .success(try await self.cosmo.issue(request))
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                // The limit itself: the call must end before its lease does, whatever Cosmo does.
                try? await Task.sleep(for: limit)
                return nil
            }
            while let end = await group.next() {
                group.cancelAll()
                if let end { return end }
            }
            return .failure(CosmoError(call: .issuance, kind: .unknown, reason: .cancelled))
        }
    }
}
