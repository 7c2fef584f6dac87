import ArgumentParser
import RPC
import Rewards

/// What the process's exit code says, for scripts. `multibrand --help` and docs/cli.md list them.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case failed = 1
    case refused = 3
    case notFound = 4
    case conflict = 5
    case unavailable = 6
    case outcomeUnknown = 7
    case violations = 8
    case notAllowed = 9
    case usage = 64

    var code: ExitCode { ExitCode(rawValue) }

    var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "failed; the message says why"
        case .refused: "refused, nothing was applied: correct the input"
        case .notFound: "what it names does not exist"
        case .conflict: "contradicts what is stored: the same id with other content, or another version"
        case .unavailable: "the service, its database or Cosmo cannot be reached: try again"
        case .outcomeUnknown: "not known whether it was applied: repeating the same call is safe and gives the outcome"
        case .violations: "something is wrong in the books or the set-up: the output names it"
        case .notAllowed: "no key, a wrong key, or not an operator's"
        case .usage: "the command line could not be understood"
        }
    }
}

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
