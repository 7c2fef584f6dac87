package import Rewards

/// The gRPC door's own reasons, which any call may give.
package enum DoorReason: String, ErrorReason {
    /// The message says something no use case could take.
    case invalidArgument = "INVALID_ARGUMENT"
    /// Cosmo could not be reached or gave no usable answer.
    case cosmoUnavailable = "COSMO_UNAVAILABLE"
    /// Cosmo refused the question.
    case cosmoRefused = "COSMO_REFUSED"
    /// The call ended before an answer was there.
    case cancelled = "CANCELLED"
    /// A fault of ours.
    case internalFault = "INTERNAL"

    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .invalidArgument: .invalidArgument
        case .cosmoRefused: .failedPrecondition
        case .cosmoUnavailable: .unavailable
        case .cancelled: .cancelled
        case .internalFault: .internalFault
        }
    }
}
