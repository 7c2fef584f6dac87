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
