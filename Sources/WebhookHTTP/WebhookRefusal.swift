package import Rewards

/// What the HTTP door answers by itself instead of taking a delivery.
///
/// **Guarantees** It does not say why a delivery was not authenticated: that is for our log, not for the sender.
package enum WebhookRefusal: String, ErrorReason {
    /// Nothing is served under the path.
    case noSuchPage = "NO_SUCH_PAGE"
    /// The path takes another method.
    case methodNotAllowed = "METHOD_NOT_ALLOWED"
    /// The request target is longer than any of ours.
    case targetTooLong = "TARGET_TOO_LONG"
    /// The body is larger than configured.
    case bodyTooLarge = "BODY_TOO_LARGE"
    /// The body did not arrive in time.
    case bodyTooSlow = "BODY_TOO_SLOW"
    /// The chunks or trailers of the body are not HTTP/1.1.
    case bodyMalformed = "BODY_MALFORMED"
    /// The body is compressed or otherwise encoded.
    case bodyEncoded = "BODY_ENCODED"
    /// This process holds as many bodies as it may.
    case bodiesTooMany = "TOO_MANY_BODIES"
    /// Nothing vouches for the delivery.
    case deliveryRefused = "DELIVERY_REFUSED"
    /// The delivery could not be stored, so it was not acknowledged (I-11).
    case deliveryNotStored = "DELIVERY_NOT_STORED"

    /// What kind of wrong it is.
    package var kind: FaultKind {
        switch self {
        case .noSuchPage: .notFound
        case .methodNotAllowed, .targetTooLong, .bodyTooLarge, .bodyMalformed, .bodyEncoded: .invalidArgument
        case .bodyTooSlow: .deadlineExceeded
        case .deliveryRefused: .unauthenticated
        case .deliveryNotStored, .bodiesTooMany: .unavailable
        }
    }

    /// Its status: that of its kind, unless HTTP has one of its own for the very thing.
    package var httpStatus: Int {
        switch self {
        case .methodNotAllowed: 405
        case .bodyTooSlow: 408
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .bodyEncoded: 415
        case .noSuchPage, .deliveryRefused, .deliveryNotStored, .bodyMalformed, .bodiesTooMany: kind.httpStatus
        }
    }

    /// What has happened to the delivery (I-12); a lost commit may have stored it, and the same delivery again is one
    /// row.
    var outcome: EffectOutcome { self == .deliveryNotStored ? .unknown : .notApplied }

    /// The body of the answer.
    var json: String { #"{"reason":"\#(rawValue)","outcome":"\#(outcome.rawValue)"}"# }
}
