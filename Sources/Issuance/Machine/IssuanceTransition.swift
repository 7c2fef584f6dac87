import PostgreSQL

/// What an event made of an issuance: the row to write and what its position needs.
struct IssuanceTransition: Sendable, Hashable {
    /// The issuance after the event.
    var record: IssuanceRecord
    /// What became of the event.
    var verdict = Verdict.applied
    /// Why nothing more may be planned for the position, when that is so.
    var blocksPosition: String?
    /// Whether the planner should look at the position again.
    var plansPosition = false
    /// Whether a block that this issuance left is over: a person has settled the issuance that left it.
    var unblocksPosition = false

    enum Verdict: Sendable, Hashable {
        /// The event took effect.
        case applied
        /// The event says what was known.
        case repeated
        /// The event contradicts the issuance, which now shows it.
        case mismatched([FactDifference])
        /// The event came too late to mean anything.
        case dropped
    }

    init(_ record: IssuanceRecord, verdict: Verdict = .applied) {
        self.record = record
        self.verdict = verdict
    }

    /// The transition that changes nothing.
    static func dropped(_ record: IssuanceRecord) -> IssuanceTransition { .init(record, verdict: .dropped) }
}

extension IssuanceRecord {
    /// The state machine of an issuance: a pure function of the row and the event.
    ///
    /// **Guarantees** `confirmed` is never left (I-7). Nothing returns to `planned` after it may have been sent but by
    /// enough reads that found nothing (I-6). Every other contradiction ends in `mismatched` or in a flag.
    func handling(_ event: IssuanceEvent, at now: PostgresTimestamp, policy: SettlementPolicy) -> IssuanceTransition {
        switch event {
        case .answered(let facts):
            answered(facts, at: now, policy: policy)
        case .refused(let reason, let lease):
            holds(lease) ? refused(reason, at: now) : .dropped(self)
        case .notSent(let reason, let retryAt, let lease):
            holds(lease) ? waiting(as: .planned, reason: reason, dueAt: retryAt) : .dropped(self)
        case .outcomeUnknown(let reason, let readAt, let lease):
            holds(lease) ? endedUnsure(reason: reason, readAt: readAt, at: now) : .dropped(self)
        case .notAsPlanned(let lease):
            holds(lease) ? notAsPlanned(at: now) : .dropped(self)
        case .leaseExpired(let readAt):
            status == .sending && (dueAt ?? now) <= now
                ? unsure(reason: IssuanceReason.leaseExpired, readAt: readAt) : .dropped(self)
        case .found(let facts, let nextReadAt):
            found(facts, nextReadAt: nextReadAt, at: now)
        case .absent(let nextReadAt, let mayResend, let readAt):
            absent(nextReadAt: nextReadAt, mayResend: mayResend, readAt: readAt ?? now, at: now, policy: policy)
        case .readFailed(let nextReadAt):
            waitingForRead ? waiting(as: status, reason: reason, dueAt: nextReadAt) : .dropped(self)
        case .webhook(let facts):
            reported(facts, by: .webhook, at: now)
        case .positionOwes:
            owed(at: now)
        case .accountChanged:
            outdated(at: now)
        case .lookalikeListed:
            waitingForRead && status == .unknown
                ? waiting(as: .unknown, reason: IssuanceReason.lookalikeAwaitsOperator, dueAt: nil) : .dropped(self)
        case .resolvedIssued(let transactionID, let evidence, let client):
            resolved(issuedAs: transactionID, evidence: evidence, by: client, at: now)
        case .resolvedNotIssued(let evidence, let client):
            resolvedNotIssued(evidence: evidence, by: client, at: now)
        }
    }

    private func holds(_ lease: String) -> Bool { status == .sending && leaseID == lease }

    var waitingForRead: Bool { (status == .unknown || status == .accepted) && dueAt != nil }

    private func refused(_ reason: String, at now: PostgresTimestamp) -> IssuanceTransition {
        // A duplicate may be refused in any words. Once an earlier send ended unknown, a refusal of the next one proves
        // nothing about the earlier, so reads must speak before the quantity becomes pending again (I-6).
        if reads > 0 { return endedUnsure(reason: IssuanceReason.refusedOnResend, readAt: now, at: now) }
        return parked(reason: reason, by: .refusal, at: now, blocking: true)
    }

    /// Nothing was sent this time. What an earlier try left behind is not known once it had to be read, so then a
    /// person looks before the quantity becomes pending again (I-6).
    private func notAsPlanned(at now: PostgresTimestamp) -> IssuanceTransition {
        guard reads == 0 else { return waiting(as: .unknown, reason: IssuanceReason.notAsPlanned, dueAt: nil) }
        return parked(reason: IssuanceReason.notAsPlanned, by: .check, at: now, blocking: true)
    }

    func parked(
        reason: String, by settledBy: SettledBy, at now: PostgresTimestamp, blocking: Bool
    ) -> IssuanceTransition {
        var next = settled(as: .parked, by: settledBy, at: now)
        next.reason = reason
        var transition = IssuanceTransition(next)
        if blocking {
            transition.blocksPosition = reason
        } else {
            transition.record.resolvedAt = now
            transition.plansPosition = true
        }
        return transition
    }

    /// A call whose end was seen, though not what it left behind.
    ///
    /// The request may have gone out at any moment since the claim: a token, a connection or a pause came first. So the
    /// time in which Cosmo may still be at work on it counts from the end that was seen, which no byte came after
    /// (I-6).
    private func endedUnsure(
        reason: String, readAt: PostgresTimestamp, at now: PostgresTimestamp
    ) -> IssuanceTransition {
        var transition = unsure(reason: reason, readAt: readAt)
        transition.record.lastSentAt = max(lastSentAt ?? now, now)
        return transition
    }

    func unsure(reason: String, readAt: PostgresTimestamp) -> IssuanceTransition {
        var transition = waiting(as: .unknown, reason: reason, dueAt: readAt)
        transition.record.absentReads = 0
        return transition
    }

    func waiting(as status: IssuanceStatus, reason: String?, dueAt: PostgresTimestamp?) -> IssuanceTransition {
        var next = self
        next.status = status
        next.reason = reason
        next.dueAt = dueAt
        next.leaseID = nil
        return IssuanceTransition(next)
    }

    func settled(as status: IssuanceStatus, by settledBy: SettledBy, at now: PostgresTimestamp) -> IssuanceRecord {
        var next = closed(as: status)
        next.settledAt = now
        next.settledBy = settledBy
        return next
    }

    /// The issuance with nothing left to be done by itself, and nobody's word that it is settled.
    func closed(as status: IssuanceStatus) -> IssuanceRecord {
        var next = self
        next.status = status
        next.reason = nil
        next.dueAt = nil
        next.leaseID = nil
        next.settledAt = nil
        next.settledBy = nil
        next.resolvedAt = nil
        return next
    }
}

/// What becomes of planned issuances that are not to be sent any more: the position owes (I-7), or the account changed.
extension IssuanceRecord {
    /// Whether nothing of the issuance can be at Cosmo: it was never sent, or only in ways that certainly had no
    /// effect.
    var isUntouched: Bool { status == .planned && reads == 0 }

    /// Takes a planned issuance out of the way of the senders.
    ///
    /// **Guarantees** Only what cannot have reached Cosmo's books is withdrawn. An issuance that was unknown once and
    /// is to be sent again under its old reference is not given back, since a new reference would lose Cosmo's own
    /// guard against issuing twice (I-6): it becomes unknown again, and an operator decides.
    func owed(at now: PostgresTimestamp) -> IssuanceTransition {
        guard status == .planned else { return .dropped(self) }
        guard isUntouched else {
            return waiting(as: .unknown, reason: IssuanceReason.absentAwaitsOperator, dueAt: nil)
        }
        return withdrawn(by: .debt, reason: IssuanceReason.positionOwes, at: now)
    }

    /// Withdraws a planned issuance to an account that is no longer the card's; its quantity is planned for the new
    /// one.
    ///
    /// **Guarantees** Only what cannot have reached Cosmo's books is withdrawn. An issuance that was unknown once keeps
    /// its account and its reference (I-6).
    func outdated(at now: PostgresTimestamp) -> IssuanceTransition {
        guard isUntouched else { return .dropped(self) }
        return withdrawn(by: .account, reason: IssuanceReason.accountChanged, at: now)
    }

    private func withdrawn(by settledBy: SettledBy, reason: String, at now: PostgresTimestamp) -> IssuanceTransition {
        var next = settled(as: .withdrawn, by: settledBy, at: now)
        next.reason = reason
        var transition = IssuanceTransition(next)
        // A whole issuance was given back: what exceeds the debt is pending and may be planned again.
        transition.plansPosition = true
        return transition
    }
}
