package import Cosmo
package import Logging
import Metrics
package import PostgreSQL
import Rewards
import Waiting

/// Settles what senders left open: leases that ended, outcomes nobody knows, and accepted issuances without a webhook.
///
/// **Guarantees** An issuance is sent again only after enough reads, late enough, that could have found it and did not
/// (I-6).
///
/// **Concurrency** Several resolvers, in any number of processes, share the work. `run()` returns when its task is
/// cancelled.
package final class IssuanceResolver: Sendable {
    private let pool: PostgresPool
    private let cosmo: any CosmoAPI
    private let configuration: IssuanceConfiguration
    private let now: @Sendable () -> PostgresTimestamp
    private let onPlanned: @Sendable () -> Void
    private let logger: Logger
    private let signal = Signal()

    /// Makes a resolver; `onPlanned` is called when an issuance may be sent again, to wake the sender.
    package init(
        pool: PostgresPool,
        cosmo: any CosmoAPI,
        configuration: IssuanceConfiguration,
        now: @escaping @Sendable () -> PostgresTimestamp = { .now },
        onPlanned: @escaping @Sendable () -> Void = {},
        logger: Logger
    ) {
        self.pool = pool
        self.cosmo = cosmo
        self.configuration = configuration
        self.now = now
        self.onPlanned = onPlanned
        self.logger = logger
    }

    /// Says that something may be due; costs nothing when the resolver is busy.
    package func wake() { signal.raise() }

    /// Settles whatever is due until the task is cancelled.
    package func run() async throws {
        await WorkLoop(
            "resolving issuances", wake: signal, poll: configuration.pollInterval, rest: .init(until: pool.commits),
            backoff: configuration.loopBackoff, logger: logger
        ).run {
            let now = self.now()
            if try await resolveDue() > 0 { return .more }
            let nextDueAt = try await pool.first(IssuanceStore.nextOpenDueAt(after: now))
            return .idle(atMost: nextDueAt.map { $0.duration(since: self.now()) })
        }
    }

    /// Looks at one batch of what is due, and returns how many issuances were in it.
    package func resolveDue() async throws -> Int {
        let due = try await pool.withTransaction(vouches: false) { connection in
            let now = self.now()
            return try await connection.all(
                IssuanceStore.claimDue(
                    at: now, readLeaseEnd: now.advanced(by: self.configuration.readLeaseDuration),
                    limit: self.configuration.concurrentReadsMax))
        }
        try await withThrowingDiscardingTaskGroup { group in
            for issuance in due {
                group.addTask {
                    do {
                        try await self.settle(issuance)
                    } catch let error as PostgresError where error.meaning == .refusedRow {
                        // A row that is damaged must not keep the others from being settled.
                        try await self.putOff(issuance, because: error)
                    }
                }
            }
        }
        return due.count
    }

    private func putOff(_ issuance: IssuanceRecord, because error: PostgresError) async throws {
        logger.error(
            "the database refuses the outcome of an issuance; will retry later: run `multibrand verify`",
            metadata: ["reference_number": "\(issuance.referenceNumber)", "error": "\(error)"])
        let later = IssuanceStore.putOff(
            issuance.referenceNumber, until: now().advanced(by: configuration.readDelayMax))
        _ = try await pool.query(later)
    }

    private func settle(_ issuance: IssuanceRecord) async throws {
        let event: IssuanceEvent
        if issuance.status == .sending {
            let pause = configuration.readBackoff.pause(afterFailures: 1)
            event = .leaseExpired(readAt: now().advanced(by: pause))
        } else {
            event = await read(issuance)
        }
        let transition = try await pool.withTransaction(vouches: false) { connection in
            try await ApplyIssuanceEvents(policy: self.configuration.settlement).apply(
                [.init(referenceNumber: issuance.referenceNumber, event: event)], at: self.now(), on: connection
            ).first ?? nil
        }
        guard let transition, transition.verdict != .dropped else { return }
        let status = transition.record.status
        Counter(label: "multibrand_issuance_reads", dimensions: [("status", status.rawValue)]).increment()
        if status == .planned { onPlanned() }
        if case .mismatched = transition.verdict {
            logger.warning(
                "Cosmo reports an issuance with facts that differ from ours",
                metadata: [
                    "reference_number": "\(issuance.referenceNumber)", "program_id": "\(issuance.programID)",
                    "reason": "\(transition.record.reason ?? "")",
                ])
        }
    }

    private func read(_ issuance: IssuanceRecord) async -> IssuanceEvent {
        let readAt = now()
        let nextReadAt = readAt.advanced(by: configuration.readBackoff.pause(afterFailures: issuance.reads + 1))
        do {
            guard let transaction = try await look(for: issuance) else {
                guard try await mayResend(issuance) else {
                    return .absent(nextReadAt: nextReadAt, mayResend: false, readAt: readAt)
                }
                switch try await lastLook(for: issuance) {
                case .nothing: return .absent(nextReadAt: nextReadAt, mayResend: true, readAt: readAt)
                case .itself(let transaction): return .found(TransactionFacts(transaction), nextReadAt: nextReadAt)
                case .lookalike: return .lookalikeListed
                }
            }
            let facts = TransactionFacts(transaction)
            // Without its value a transaction cannot be compared, so it proves nothing yet.
            guard facts.value != nil || facts.valueIsFractional else { return .readFailed(nextReadAt: nextReadAt) }
            return .found(facts, nextReadAt: nextReadAt)
        } catch {
            logger.info(
                "reading an issuance failed; will retry",
                metadata: ["reference_number": "\(issuance.referenceNumber)", "error": "\(error)"])
            return .readFailed(nextReadAt: nextReadAt)
        }
    }

    private func look(for issuance: IssuanceRecord) async throws -> CosmoTransaction? {
        if let id = issuance.cosmoTransactionID, let transaction = try await cosmo.transaction(id) {
            return transaction
        }
        return try await find(issuance)
    }

    /// Looks for an issuance by its reference, in every way that is configured.
    private func find(_ issuance: IssuanceRecord) async throws -> CosmoTransaction? {
        let (fromSeconds, toSeconds) = interval(of: issuance)
        return try await cosmo.findTransaction(
            referenceNumber: issuance.referenceNumber, programID: issuance.programID, fromSeconds: fromSeconds,
            toSeconds: toSeconds)
    }

    /// What the listing of every program says before an issuance is sent again.
    private enum LastLook {
        /// Nothing in it can be the issuance.
        case nothing
        /// It names our reference, under whatever program.
        case itself(CosmoTransaction)
        /// It names no reference, is none of our issuances, and has this one's facts: its absence by reference proves
        /// nothing, and a person compares (I-6).
        case lookalike
    }

    private func lastLook(for issuance: IssuanceRecord) async throws -> LastLook {
        guard configuration.isIntervalLookupEnabled else { return .nothing }
        let (fromSeconds, toSeconds) = interval(of: issuance)
        let listed = try await cosmo.transactions(fromSeconds: fromSeconds, toSeconds: toSeconds, programID: nil)
        if let itself = listed.first(where: { $0.referenceNumber == issuance.referenceNumber }) {
            return .itself(itself)
        }
        let alike = listed.filter { transaction in
            let facts = TransactionFacts(transaction)
            return transaction.referenceNumber == nil && facts.value != nil
                && facts.differences(from: issuance).isEmpty
        }
        guard !alike.isEmpty else { return .nothing }
        let owners = IssuanceStore.owners(ofTransactions: alike.map(\.id).filter { !$0.utf8.contains(0) })
        let owned = Set(try await pool.all(owners).map(\.0))
        return alike.contains { !owned.contains($0.id) } ? .lookalike : .nothing
    }

    /// The time in which Cosmo may have made a transaction of the issuance, in Unix seconds.
    private func interval(of issuance: IssuanceRecord) -> (fromSeconds: Int64, toSeconds: Int64) {
        let first = issuance.firstSentAt ?? issuance.createdAt
        let last = issuance.lastSentAt ?? first
        let margin = configuration.intervalMargin
        let end = last.advanced(by: configuration.settlement.leaseDuration + margin)
        return (
            first.advanced(by: .zero - margin).microsecondsSinceEpoch / 1_000_000,
            min(end, now().advanced(by: margin)).microsecondsSinceEpoch / 1_000_000
        )
    }

    /// Whether an absence may be believed.
    ///
    /// Cosmo's guide promises neither way to look (contract sections 5.3 and 5.4), so the ways are tried on an issuance
    /// that is known to exist: a look that misses it proves nothing about the other. Before the first confirmed
    /// issuance of a program, two independent ways that agree are believed, and a single one is not.
    private func mayResend(_ issuance: IssuanceRecord) async throws -> Bool {
        guard configuration.onAbsent == .resend,
            issuance.absentReads + 1 >= configuration.settlement.absentReadsRequired
        else { return false }
        guard let known = try await pool.first(IssuanceStore.latestConfirmed(programID: issuance.programID)) else {
            return configuration.isReferenceLookupEnabled && configuration.isIntervalLookupEnabled
        }
        return try await find(known)?.id == known.cosmoTransactionID
    }
}
