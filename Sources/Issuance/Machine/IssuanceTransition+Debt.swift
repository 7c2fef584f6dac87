import PostgreSQL

/// What becomes of planned issues that are not to be sent any more: the position owes (I-7), or the account changed.
extension IssuanceRecord {
    /// Whether nothing of the issue can be at Cosmo: it was never sent, or only in ways that certainly had no effect.
    var isUntouched: Bool { status == .planned && reads == 0 }

    /// Takes a planned issue out of the way of the senders.
    ///
    /// **Guarantees** Only what cannot have reached Cosmo's books is withdrawn. An issue that was unknown once and is
    /// to be sent again under its old reference is not given back, since a new reference would lose Cosmo's own guard
    /// against issuing twice (I-6): it becomes unknown again, and an operator decides.
    func owed(at now: PostgresTimestamp) -> IssuanceTransition {
        guard status == .planned else { return .dropped(self) }
        guard isUntouched else {
            return waiting(as: .unknown, reason: IssuanceReason.absentAwaitsOperator, dueAt: nil)
        }
        return withdrawn(by: .debt, reason: IssuanceReason.positionOwes, at: now)
    }

    /// Withdraws a planned issue to an account that is no longer the card's; its quantity is planned for the new one.
    ///
    /// **Guarantees** Only what cannot have reached Cosmo's books is withdrawn. An issue that was unknown once keeps
    /// its account and its reference (I-6).
    func outdated(at now: PostgresTimestamp) -> IssuanceTransition {
        guard isUntouched else { return .dropped(self) }
        return withdrawn(by: .account, reason: IssuanceReason.accountChanged, at: now)
    }

    private func withdrawn(by settledBy: SettledBy, reason: String, at now: PostgresTimestamp) -> IssuanceTransition {
        var next = settled(as: .withdrawn, by: settledBy, at: now)
        next.reason = reason
        var transition = IssuanceTransition(next)
        // A whole issue was given back: what exceeds the debt is pending and may be planned again.
        transition.plansPosition = true
        return transition
    }
}
