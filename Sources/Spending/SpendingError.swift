/// Why a spending call was refused or failed, and whether anything happened (I-12).
///
/// **Guarantees** `message` says what to do and holds nothing of the request: no ids, names or amounts.
public struct SpendingError: Error, Sendable, Hashable {
    /// What sort of failure it is; each transport maps it to its own status with one switch.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case invalidArgument, notFound, alreadyExists, failedPrecondition, aborted, outOfRange, resourceExhausted
        case unavailable, internalFault
    }

    /// What has happened to the thing that was asked for.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It is on disk.
        case applied
        /// Nothing was done.
        case notApplied = "not_applied"
        /// It is on disk or it is not; sending the same again tells.
        case unknown
    }

    /// The stable reason for machines.
    public let reason: Reason
    /// What to do about it, for people.
    public let message: String
    /// The field at fault, in the names of `proto/multibrand/v1/spends.proto`, when there is one.
    public let field: String?
    /// What has happened to the spend.
    public let outcome: Outcome

    /// What sort of failure it is.
    public var kind: Kind { reason.kind }

    init(_ reason: Reason, _ message: String, field: String? = nil, outcome: Outcome = .notApplied) {
        self.reason = reason
        self.message = message
        self.field = field
        self.outcome = outcome
    }
}

extension SpendingError: CustomStringConvertible {
    /// Reason, message and outcome.
    public var description: String { "\(reason.rawValue): \(message) (\(outcome.rawValue))" }
}
