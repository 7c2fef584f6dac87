/// One validate, preview or issue call as the audit trail keeps it: what was asked, what came back, how long it took.
///
/// **Guarantees**: accounts are masked, tokens and secrets are absent, so a record may be stored and shown as it is.
public struct CosmoCallRecord: Sendable, Hashable {
    /// How a call ended, as the audit trail names it.
    public enum Outcome: String, Sendable, Hashable {
        /// Cosmo answered 2xx and the answer was read.
        case answered = "ANSWERED"
        /// Definitely without effect.
        case notApplied = "NOT_APPLIED"
        /// It is not known whether the call took effect.
        case unknown = "UNKNOWN"
    }

    /// The call.
    public let call: CosmoCall
    /// The program it was about.
    public let programID: String
    /// The reference number of an issue call.
    public let referenceNumber: String?
    /// What was asked, as compact JSON with masked accounts.
    public let requestSummary: String
    /// The HTTP status, when there was an answer.
    public let responseStatus: Int?
    /// What came back, as compact JSON or an excerpt, masked.
    public let responseSummary: String
    /// When the call began, in microseconds since the Unix epoch.
    public let startedAtMicroseconds: Int64
    /// How long it took, waiting for its turn and for a token included.
    public let duration: Duration
    /// How it ended.
    public let outcome: Outcome
    /// The stable reason when it did not end well.
    public let reason: CosmoError.Reason?

    /// Makes a record.
    public init(
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
