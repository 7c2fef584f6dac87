package import RPC
package import Rewards

extension RPCStatusCode {
    /// The one switch from what kind of wrong it is to its gRPC status.
    package init(_ kind: FaultKind) {
        self =
            switch kind {
            case .invalidArgument: .invalidArgument
            case .unauthenticated: .unauthenticated
            case .permissionDenied: .permissionDenied
            case .notFound: .notFound
            case .alreadyExists: .alreadyExists
            case .failedPrecondition: .failedPrecondition
            case .aborted: .aborted
            case .outOfRange: .outOfRange
            case .resourceExhausted: .resourceExhausted
            case .unavailable: .unavailable
            case .deadlineExceeded: .deadlineExceeded
            case .cancelled: .cancelled
            case .internalFault: .internal
            }
    }
}
