package import Rewards

/// What the REST door refuses by itself with a code that the room has not.
package enum WalletDoorReason: String, ErrorReason {
    /// The body or the path cannot be read at all.
    case badRequest = "BAD_REQUEST"
    /// The path takes another method; `Allow` names those it takes.
    case methodNotAllowed = "METHOD_NOT_ALLOWED"
    /// The body is larger than the door takes.
    case payloadTooLarge = "PAYLOAD_TOO_LARGE"
    /// Too many requests; `Retry-After` says when to come again.
    case rateLimited = "RATE_LIMITED"

    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .badRequest, .methodNotAllowed, .payloadTooLarge: .invalidArgument
        case .rateLimited: .resourceExhausted
        }
    }

    /// Its HTTP status (contract section 9.1; RFC 9110 section 15.5.6).
    package var httpStatus: Int {
        switch self {
        case .badRequest: 400
        case .methodNotAllowed: 405
        case .payloadTooLarge: 413
        case .rateLimited: 429
        }
    }
}
