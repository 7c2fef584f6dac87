/// One validate, preview or issuance call as the audit trail keeps it: what was asked, what came back, how long it
/// took.
///
/// **Guarantees**: accounts are masked, tokens and secrets are absent, so a record may be stored and shown as it is.
package struct CosmoCallRecord: Sendable, Hashable {
    /// How a call ended, as the audit trail names it.
    package enum Outcome: String, Sendable, Hashable {
        /// Cosmo answered 2xx and the answer was read.
        case answered = "ANSWERED"
        /// Definitely without effect.
        case notApplied = "NOT_APPLIED"
        /// It is not known whether the call took effect.
        case unknown = "UNKNOWN"
    }

    /// The call.
    package let call: CosmoCall
    /// The program it was about.
    package let programID: String
    /// The reference number of an issuance call.
    package let referenceNumber: String?
    /// What was asked, as compact JSON with masked accounts.
    package let requestSummary: String
    /// The HTTP status, when there was an answer.
    package let responseStatus: Int?
    /// What came back, as compact JSON or an excerpt, masked.
    package let responseSummary: String
    /// When the call began, in microseconds since the Unix epoch.
    package let startedAtMicroseconds: Int64
    /// How long it took, waiting for its turn and for a token included.
    package let duration: Duration
    /// How it ended.
    package let outcome: Outcome
    /// The stable reason when it did not end well.
    package let reason: CosmoError.Reason?

    /// Makes a record.
    package init(
        call: CosmoCall, programID: String, referenceNumber: String?, requestSummary: String, responseStatus: Int?,
        responseSummary: String, startedAtMicroseconds: Int64, duration: Duration, outcome: Outcome,
        reason: CosmoError.Reason?
    ) {
        self.call = call
        self.programID = programID
        self.referenceNumber = referenceNumber
        self.requestSummary = requestSummary
        self.responseStatus = responseStatus
        self.responseSummary = responseSummary
        self.startedAtMicroseconds = startedAtMicroseconds
        self.duration = duration
        self.outcome = outcome
        self.reason = reason
    }
}
