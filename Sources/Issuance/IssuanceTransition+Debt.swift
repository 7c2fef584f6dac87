import PostgreSQL

/// What becomes of planned issues whose position owes (I-7).
extension IssuanceRecord {
    /// Whether nothing of the issue can be at Cosmo: it was never sent, or only in ways that certainly had no effect.
    var isUntouched: Bool { status == .planned && reads == 0 }

    /// Takes a planned issue out of the way of the senders.
    ///
    /// **Guarantees** Only what cannot have reached Cosmo's books is withdrawn. An issue that was unknown once and is to be
    /// sent again under its old reference is not given back, since a new reference would lose Cosmo's own guard against
    /// issuing twice (I-6): it becomes unknown again, and an operator decides.
    func owed(at now: PostgresTimestamp) -> IssuanceTransition {
        guard status == .planned else { return .dropped(self) }
        guard isUntouched else {
            return waiting(as: .unknown, reason: IssuanceReason.absentAwaitsOperator, dueAt: nil)
        }
        var next = settled(as: .withdrawn, by: .debt, at: now)
        next.reason = IssuanceReason.positionOwes
        var transition = IssuanceTransition(next)
        // A whole issue was given back: what exceeds the debt is pending and may be planned anew.
        transition.plansPosition = true
        return transition
    }
}
