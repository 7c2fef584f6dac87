package import PostgreSQL

/// One call to Cosmo as the audit trail shows it.
package struct CosmoCallView: Sendable, Hashable {
    /// The order of writing.
    package let callID: Int64
    /// The call, as `CosmoCall` names it.
    package let call: String
    /// The program it was about.
    package let programID: String?
    /// The reference number of an issuance call.
    package let referenceNumber: String?
    /// What was asked, as JSON with masked accounts.
    package let requestJSON: String
    /// The HTTP status, when there was an answer.
    package let responseStatus: Int?
    /// What came back, as JSON, masked.
    package let responseJSON: String?
    /// `ANSWERED`, `NOT_APPLIED` or `UNKNOWN`.
    package let outcome: String
    /// The stable reason when it did not end well.
    package let reason: String?
    /// How long it took, in microseconds.
    package let durationMicroseconds: Int64
    /// When it began.
    package let calledAt: PostgresTimestamp
}
