import PostgreSQL

/// What an operator decides by evidence seen elsewhere.
extension IssuanceRecord {
    /// Whether only news or a person can lead out of where the issue stands.
    var isResolvable: Bool { status == .unknown || status == .mismatched }

    func resolved(
        issuedAs transactionID: String?, evidence: String, by client: String, at now: PostgresTimestamp
    ) -> IssuanceTransition {
        guard isResolvable else { return .dropped(self) }
        var next = settled(as: .confirmed, by: .operator, at: now)
        next.cosmoTransactionID = transactionID ?? cosmoTransactionID
        next.evidence = evidence
        next.evidenceBy = client
        return IssuanceTransition(next)
    }

    func resolvedNotIssued(
        evidence: String, by client: String, at now: PostgresTimestamp
    ) -> IssuanceTransition {
        guard isResolvable else { return .dropped(self) }
        var transition = parked(reason: IssuanceReason.operatorNotIssued, by: .operator, at: now, blocking: false)
        transition.record.evidence = evidence
        transition.record.evidenceBy = client
        return transition
    }
}
