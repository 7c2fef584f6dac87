import RPC
import Rewards

extension ExitStatus {
    /// The one switch from what kind of wrong it is to the exit code.
    init(_ kind: FaultKind) {
        self =
            switch kind {
            case .invalidArgument, .outOfRange: .refused
            case .notFound: .notFound
            case .alreadyExists, .aborted, .failedPrecondition: .conflict
            case .unauthenticated, .permissionDenied: .notAllowed
            case .unavailable, .deadlineExceeded, .resourceExhausted: .unavailable
            case .cancelled, .internalFault: .failed
            }
    }
}

extension FaultKind {
    /// What a status says when no reason comes with it: the call ended before one of our doors was reached.
    init(_ code: RPCStatusCode) {
        self =
            switch code {
            case .invalidArgument, .unimplemented: .invalidArgument
            case .notFound: .notFound
            case .alreadyExists: .alreadyExists
            case .failedPrecondition: .failedPrecondition
            case .aborted: .aborted
            case .outOfRange: .outOfRange
            case .unauthenticated: .unauthenticated
            case .permissionDenied: .permissionDenied
            case .resourceExhausted: .resourceExhausted
            case .unavailable: .unavailable
            case .deadlineExceeded: .deadlineExceeded
            case .cancelled: .cancelled
            case .ok, .unknown, .internal, .dataLoss: .internalFault
            }
    }
}
