/// How a call ended (the gRPC status codes, github.com/grpc/grpc doc/statuscodes.md).
package enum RPCStatusCode: Int, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    /// It succeeded.
    case ok = 0
    /// The caller no longer wants the answer.
    case cancelled = 1
    /// Something failed that says nothing more about itself.
    case unknown = 2
    /// The request is invalid regardless of the state of the service.
    case invalidArgument = 3
    /// Time ran out; the call may or may not have taken effect.
    case deadlineExceeded = 4
    /// What was asked for does not exist.
    case notFound = 5
    /// What was to be made exists.
    case alreadyExists = 6
    /// The caller is known and may not do this.
    case permissionDenied = 7
    /// A quota or a limit is used up.
    case resourceExhausted = 8
    /// The state of the service does not allow it; repeating does not help until the state changes.
    case failedPrecondition = 9
    /// It collided with something concurrent; the whole sequence may be tried again.
    case aborted = 10
    /// It went past a valid range.
    case outOfRange = 11
    /// The service does not have this method, or not this way of calling it.
    case unimplemented = 12
    /// An invariant is broken.
    case `internal` = 13
    /// The service cannot be reached at the moment; the same call may be tried again.
    case unavailable = 14
    /// Data is lost.
    case dataLoss = 15
    /// The caller is not known.
    case unauthenticated = 16

    /// The name as the gRPC documents write it, such as `INVALID_ARGUMENT`.
    package var description: String {
        switch self {
        case .ok: "OK"
        case .cancelled: "CANCELLED"
        case .unknown: "UNKNOWN"
        case .invalidArgument: "INVALID_ARGUMENT"
        case .deadlineExceeded: "DEADLINE_EXCEEDED"
        case .notFound: "NOT_FOUND"
        case .alreadyExists: "ALREADY_EXISTS"
        case .permissionDenied: "PERMISSION_DENIED"
        case .resourceExhausted: "RESOURCE_EXHAUSTED"
        case .failedPrecondition: "FAILED_PRECONDITION"
        case .aborted: "ABORTED"
        case .outOfRange: "OUT_OF_RANGE"
        case .unimplemented: "UNIMPLEMENTED"
        case .internal: "INTERNAL"
        case .unavailable: "UNAVAILABLE"
        case .dataLoss: "DATA_LOSS"
        case .unauthenticated: "UNAUTHENTICATED"
        }
    }
}
