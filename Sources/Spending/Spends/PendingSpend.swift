import PostgreSQL

/// A spend on its way to a batch, with what was tried for it so far.
struct PendingSpend: Sendable {
    let spend: ValidatedSpend
    let attempts = CommitAttempts()
}
