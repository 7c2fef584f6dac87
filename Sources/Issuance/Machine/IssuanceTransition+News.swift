import Cosmo
import PostgreSQL
import Rewards

/// News from Cosmo: answers, reads and webhooks that name a transaction.
extension IssuanceRecord {
    func answered(
        _ facts: TransactionFacts, at now: PostgresTimestamp, policy: SettlementPolicy
    ) -> IssuanceTransition {
        let differences = facts.differences(from: self)
        switch status {
        case .planned, .sending, .unknown:
            guard differences.isEmpty else { return mismatched(facts, differences) }
            var transition = sentAfterAll(facts, at: now).filled(from: facts).waiting(
                as: .accepted, reason: nil, dueAt: now.advanced(by: policy.confirmDelay))
            transition.record.acceptedAt = now
            transition.record.reads = 0
            transition.record.absentReads = 0
            return transition
        case .accepted:
            guard differences.isEmpty else { return mismatched(facts, differences) }
            return IssuanceTransition(filled(from: facts), verdict: .repeated)
        case .confirmed:
            // The webhook was quicker (contract section 5.2, Outcome): the answer only fills in what is missing.
            return differences.isEmpty
                ? IssuanceTransition(filled(from: facts), verdict: .repeated) : flagged(differences)
        case .mismatched:
            return .dropped(filled(from: facts))
        case .parked, .withdrawn:
            return mismatched(facts, differences, reason: issuedAfterAll)
        }
    }

    func found(
        _ facts: TransactionFacts, nextReadAt: PostgresTimestamp, at now: PostgresTimestamp
    ) -> IssuanceTransition {
        var read = self
        read.reads += 1
        read.absentReads = 0
        if status == .planned {
            read = read.sentAfterAll(facts, at: now)
            let isComparable = facts.value != nil || facts.valueIsFractional
            if facts.state == .pending || !isComparable {
                return read.filled(from: facts).unsure(
                    reason: facts.state == .pending ? IssuanceReason.cosmoStatusPending : IssuanceReason.notSettled,
                    readAt: nextReadAt)
            }
        }
        guard [.planned, .sending, .accepted, .unknown].contains(status), facts.differences(from: self).isEmpty else {
            return read.reported(facts, by: .read, at: now)
        }
        switch facts.state {
        case .completed:
            return read.reported(facts, by: .read, at: now)
        case .pending:
            return status == .accepted || status == .unknown
                ? read.filled(from: facts).waiting(as: status, reason: reason, dueAt: nextReadAt) : .dropped(self)
        case .failed:
            return read.mismatched(facts, [], reason: IssuanceReason.cosmoStatusFailed)
        case .unrecognised:
            return read.mismatched(facts, [], reason: IssuanceReason.cosmoStatusUnrecognised)
        }
    }

    /// A webhook or a completed read: facts that confirm when they all agree.
    func reported(
        _ facts: TransactionFacts, by source: SettledBy, at now: PostgresTimestamp
    ) -> IssuanceTransition {
        let differences = facts.differences(from: self)
        switch status {
        case .planned, .sending, .accepted, .unknown:
            guard differences.isEmpty else { return mismatched(facts, differences) }
            return IssuanceTransition(
                sentAfterAll(facts, at: now).filled(from: facts).settled(as: .confirmed, by: source, at: now))
        case .confirmed:
            return differences.isEmpty
                ? IssuanceTransition(filled(from: facts), verdict: .repeated) : flagged(differences)
        case .mismatched:
            // Silence was the only thing against it, and here is a voice for it.
            if differences.isEmpty, reason == IssuanceReason.acceptedButAbsent {
                return IssuanceTransition(filled(from: facts).settled(as: .confirmed, by: source, at: now))
            }
            return IssuanceTransition(self, verdict: .mismatched(differences))
        case .parked, .withdrawn:
            return mismatched(facts, differences, reason: issuedAfterAll)
        }
    }

    /// An issuance that waits to be sent and that Cosmo has: a failover lost the claim, or a request that seemed not to
    /// have left had left. Every other issuance is returned as it is.
    private func sentAfterAll(_ facts: TransactionFacts, at now: PostgresTimestamp) -> IssuanceRecord {
        guard status == .planned else { return self }
        var sent = self
        let sentAt = min(facts.madeAt ?? now, now)
        sent.attempts = max(attempts, 1)
        sent.lastSentAt = sentAt
        sent.firstSentAt = min(firstSentAt ?? sentAt, sentAt)
        return sent
    }

    func absent(
        nextReadAt: PostgresTimestamp, mayResend: Bool, readAt: PostgresTimestamp, at now: PostgresTimestamp,
        policy: SettlementPolicy
    ) -> IssuanceTransition {
        guard waitingForRead else { return .dropped(self) }
        var read = self
        read.reads += 1
        if status == .accepted {
            guard read.reads >= policy.acceptedReadsMax else {
                return read.waiting(as: .accepted, reason: reason, dueAt: nextReadAt)
            }
            var next = read.closed(as: .mismatched)
            next.reason = IssuanceReason.acceptedButAbsent
            return IssuanceTransition(next, verdict: .mismatched([]))
        }
        // What a slow read saw is as old as its beginning.
        if readAt >= absenceCounts(policy) { read.absentReads += 1 }
        guard read.absentReads >= policy.absentReadsRequired else {
            return read.waiting(as: .unknown, reason: reason, dueAt: nextReadAt)
        }
        let wasRefused = reason == IssuanceReason.refusedOnResend
        guard mayResend, wasRefused || attempts < policy.sendsMax, cosmoTransactionID == nil else {
            return read.waiting(as: .unknown, reason: IssuanceReason.absentAwaitsOperator, dueAt: nil)
        }
        if wasRefused {
            return read.parked(reason: IssuanceReason.refusedOnResend, by: .refusal, at: now, blocking: true)
        }
        var transition = read.waiting(as: .planned, reason: IssuanceReason.resentAfterAbsence, dueAt: now)
        transition.record.absentReads = 0
        return transition
    }

    /// When "not there" begins to count: a request may still be under way before.
    private func absenceCounts(_ policy: SettlementPolicy) -> PostgresTimestamp {
        let sent = lastSentAt ?? createdAt
        let wait =
            reason == IssuanceReason.leaseExpired ? policy.leaseDuration + policy.settleDelay : policy.settleDelay
        return sent.advanced(by: wait)
    }

    /// Why news of an issuance that was given back is a contradiction.
    private var issuedAfterAll: String {
        status == .withdrawn ? IssuanceReason.issuedAfterWithdrawn : IssuanceReason.issuedAfterParked
    }

    func mismatched(
        _ facts: TransactionFacts, _ differences: [FactDifference], reason: String? = nil
    ) -> IssuanceTransition {
        var next = filled(from: facts).closed(as: .mismatched)
        next.reason = reason ?? Self.reason(differences)
        return IssuanceTransition(next, verdict: .mismatched(differences))
    }

    /// A confirmed issuance that later news contradicts: what is issued stays issued (I-7), and a person sees it.
    private func flagged(_ differences: [FactDifference]) -> IssuanceTransition {
        var next = self
        next.reason = Self.reason(differences)
        // The same again was looked at; anything else waits for a person once more.
        if next.reason == reason, resolvedAt != nil { return IssuanceTransition(self, verdict: .repeated) }
        next.resolvedAt = nil
        return IssuanceTransition(next, verdict: .mismatched(differences))
    }

    private static func reason(_ differences: [FactDifference]) -> String {
        differences.map(\.rawValue).joined(separator: "+")
    }

    func filled(from facts: TransactionFacts) -> IssuanceRecord {
        var next = self
        if !facts.isTransactionIDTaken { next.cosmoTransactionID = cosmoTransactionID ?? facts.transactionID }
        if next.cosmoTransactionID == facts.transactionID { next.totalPoints = totalPoints ?? facts.totalPoints }
        return next
    }
}
