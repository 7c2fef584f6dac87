public import PostgreSQL

/// One call to Cosmo as the audit trail shows it.
public struct CosmoCallView: Sendable, Hashable {
    /// The order of writing.
    public let callID: Int64
    /// The call, as `CosmoCall` names it.
    public let call: String
    /// The program it was about.
    public let programID: String?
    /// The reference number of an issue call.
    public let referenceNumber: String?
    /// What was asked, as JSON with masked accounts.
    public let requestJSON: String
    /// The HTTP status, when there was an answer.
    public let responseStatus: Int?
    /// What came back, as JSON, masked.
    public let responseJSON: String?
    /// `ANSWERED`, `NOT_APPLIED` or `UNKNOWN`.
    public let outcome: String
    /// The stable reason when it did not end well.
    public let reason: String?
    /// How long it took, in microseconds.
    public let durationMicroseconds: Int64
    /// When it began.
    public let calledAt: PostgresTimestamp
}
