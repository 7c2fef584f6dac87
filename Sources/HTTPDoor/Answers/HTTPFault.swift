/// What is wrong with a request before anybody is asked to answer it.
///
/// Each is answered by the door itself, and the connection is closed: where a request ends is not known any more.
package enum HTTPFault: String, Error, Sendable, CaseIterable {
    /// The request line or a field is not what RFC 9112 sections 3 and 5 allow.
    case malformed = "MALFORMED_REQUEST"
    /// The length of the body is said twice, in two ways, or not readably (RFC 9112 section 6.3).
    case lengthAmbiguous = "AMBIGUOUS_BODY_LENGTH"
    /// There is no `Host`, more than one, or one that is no host (RFC 9112 section 3.2).
    case hostMissing = "HOST_MISSING"
    /// The head did not arrive in time.
    case headTooSlow = "HEAD_TOO_SLOW"
    /// The request line is longer than any of ours.
    case targetTooLong = "TARGET_TOO_LONG"
    /// An expectation other than `100-continue` (RFC 9110 section 10.1.1).
    case expectationUnknown = "EXPECTATION_UNKNOWN"
    /// The fields are too many or too long.
    case headTooLarge = "HEAD_TOO_LARGE"
    /// A method that nothing here knows (RFC 9110 section 9.1).
    case methodUnknown = "METHOD_UNKNOWN"
    /// A transfer coding other than `chunked`.
    case transferCodingUnknown = "TRANSFER_CODING_UNKNOWN"
    /// Another version of HTTP than 1.0 and 1.1.
    case versionUnknown = "HTTP_VERSION_UNKNOWN"

    /// The HTTP status.
    package var status: Int {
        switch self {
        case .malformed, .lengthAmbiguous, .hostMissing: 400
        case .headTooSlow: 408
        case .targetTooLong: 414
        case .expectationUnknown: 417
        case .headTooLarge: 431
        case .methodUnknown, .transferCodingUnknown: 501
        case .versionUnknown: 505
        }
    }

    /// What it means and what to do, for the person who reads the answer.
    package var message: String {
        switch self {
        case .malformed: "the request is not valid HTTP/1.1"
        case .lengthAmbiguous: "send one Content-Length, or Transfer-Encoding: chunked, and not both"
        case .hostMissing: "send exactly one Host field"
        case .headTooSlow: "the head of the request did not arrive in time"
        case .targetTooLong: "the request line is too long"
        case .expectationUnknown: "100-continue is the only expectation that is met"
        case .headTooLarge: "the header fields are too many or too long"
        case .methodUnknown: "this method is not known here"
        case .transferCodingUnknown: "chunked is the only transfer coding that is understood"
        case .versionUnknown: "this port speaks HTTP/1.1"
        }
    }
}
