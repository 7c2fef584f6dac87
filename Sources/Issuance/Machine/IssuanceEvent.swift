package import PostgreSQL

/// What can happen to an issuance after it was planned.
///
/// `lease` is that of the send an outcome belongs to: an outcome without effect counts only while its lease holds,
/// since afterwards someone else may have sent the issuance.
package enum IssuanceEvent: Sendable, Hashable {
    /// Cosmo answered 2xx.
    case answered(TransactionFacts)
    /// Cosmo refused permanently.
    case refused(reason: String, lease: String)
    /// Certainly not sent, or certainly not applied; worth another try.
    case notSent(reason: String, retryAt: PostgresTimestamp, lease: String)
    /// Sent, with an unknown outcome.
    case outcomeUnknown(reason: String, readAt: PostgresTimestamp, lease: String)
    /// The sender did not call: what it would have sent does not follow from what was planned.
    case notAsPlanned(lease: String)
    /// The lease ended without an outcome.
    case leaseExpired(readAt: PostgresTimestamp)
    /// A read found it.
    case found(TransactionFacts, nextReadAt: PostgresTimestamp)
    /// Every configured read answered, and none knows it.
    case absent(nextReadAt: PostgresTimestamp, mayResend: Bool, readAt: PostgresTimestamp? = nil)
    /// A read gave no answer.
    case readFailed(nextReadAt: PostgresTimestamp)
    /// Cosmo's transaction webhook named it.
    case webhook(TransactionFacts)
    /// Its position owed before it was sent (I-7).
    case positionOwes
    /// The card has another account with the program than the issuance was planned for.
    case accountChanged
    /// Cosmo lists a transaction without our reference that may be this issuance, so an absence by reference proves
    /// nothing.
    case lookalikeListed
    /// An operator saw that Cosmo has it.
    case resolvedIssued(transactionID: String?, evidence: String, by: String)
    /// An operator saw that Cosmo does not have it.
    case resolvedNotIssued(evidence: String, by: String)
}
