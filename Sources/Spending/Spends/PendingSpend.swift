import OperatorRecord
import PostgreSQL

/// A spend on its way to a batch, with what was tried for it so far.
struct PendingSpend: Sendable {
    let spend: ValidatedSpend
    /// Recorded with the spend; nil for a caller who is no operator.
    var audit: AuditEntry?
    let attempts = CommitAttempts()
}
