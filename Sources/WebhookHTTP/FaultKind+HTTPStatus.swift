package import Rewards

extension FaultKind {
    /// The one switch from what kind of wrong it is to its HTTP status (RFC 9110 section 15).
    package var httpStatus: Int {
        switch self {
        case .invalidArgument: 400
        case .unauthenticated: 401
        case .permissionDenied: 403
        case .notFound: 404
        case .alreadyExists, .aborted: 409
        case .failedPrecondition, .outOfRange: 422
        case .resourceExhausted: 429
        // As reverse proxies write it; nobody is there to read it.
        case .cancelled: 499
        case .internalFault: 500
        case .unavailable: 503
        case .deadlineExceeded: 504
        }
    }
}
