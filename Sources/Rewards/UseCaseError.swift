/// What kind of wrong a refused use case is: the one thing a transport maps to its status.
public enum FaultKind: String, Sendable, Hashable, CaseIterable {
    /// The request is wrong in itself.
    case invalidArgument
    /// The caller is not known.
    case unauthenticated
    /// The caller may not do this.
    case permissionDenied
    /// What it names does not exist.
    case notFound
    /// It exists already, with other content.
    case alreadyExists
    /// The state does not allow it.
    case failedPrecondition
    /// Another change came between; read and try again.
    case aborted
    /// Beyond a limit of the type.
    case outOfRange
    /// A limit of the service is used up.
    case resourceExhausted
    /// A part is away for a while; try again.
    case unavailable
    /// The caller's time does not suffice.
    case deadlineExceeded
    /// The caller ended the call.
    case cancelled
    /// A defect of ours.
    case internalFault
}

/// What has happened to the thing that was asked for (I-12).
public enum EffectOutcome: String, Sendable, Hashable, CaseIterable {
    /// It was done.
    case applied
    /// It was not done.
    case notApplied = "not_applied"
    /// It may or may not have been done; repeating the same call is safe and gives the outcome.
    case unknown
}

/// A use case that was refused or failed, in the same shape from every room.
///
/// **Guarantees** `reasonText` is stable and for machines, `message` says what to do and holds no personal data.
public protocol UseCaseError: Error, Sendable {
    /// The stable reason, UPPER_SNAKE_CASE.
    var reasonText: String { get }
    /// What to do about it, for people.
    var message: String { get }
    /// The field of the request that is at fault, when one is.
    var field: String? { get }
    /// What kind of wrong it is.
    var kind: FaultKind { get }
    /// What has happened to what was asked for.
    var outcome: EffectOutcome { get }
}
