import PostgreSQL

/// What an operator decides by evidence seen elsewhere.
extension IssuanceRecord {
    /// Whether only news or a person can lead out of the issuance's state.
    var isResolvable: Bool { status == .unknown || status == .mismatched }

    func resolved(
        issuedAs transactionID: String?, evidence: String, by client: String, at now: PostgresTimestamp
    ) -> IssuanceTransition {
        if status == .confirmed { return lookedAt(evidence: evidence, by: client, at: now) }
        guard isResolvable else { return .dropped(self) }
        var next = settled(as: .confirmed, by: .operator, at: now)
        next.cosmoTransactionID = transactionID ?? cosmoTransactionID
        next.evidence = evidence
        next.evidenceBy = client
        if status == .mismatched {
            // What the operator has seen stays beside it, so that the same word, replayed, is known and settled.
            next.reason = reason
            next.resolvedAt = now
        }
        var transition = IssuanceTransition(next)
        transition.unblocksPosition = true
        return transition
    }

    /// A confirmed issuance stays as it is (I-7): an operator has seen what contradicts it, and it waits for nobody.
    private func lookedAt(evidence: String, by client: String, at now: PostgresTimestamp) -> IssuanceTransition {
        guard waitsForPerson else { return .dropped(self) }
        var next = self
        next.evidence = [self.evidence, evidence].compactMap { $0 }.joined(separator: "\n")
        next.evidenceBy = client
        next.resolvedAt = now
        return IssuanceTransition(next)
    }

    func resolvedNotIssued(
        evidence: String, by client: String, at now: PostgresTimestamp
    ) -> IssuanceTransition {
        guard isResolvable else { return .dropped(self) }
        var transition = parked(reason: IssuanceReason.operatorNotIssued, by: .operator, at: now, blocking: false)
        transition.record.evidence = evidence
        transition.record.evidenceBy = client
        transition.unblocksPosition = true
        return transition
    }
}
