import HTTPTypes

/// The head of a request, and what the connection must know of it.
struct RequestHead: Sendable {
    /// How the end of the body is found (RFC 9112 section 6.3).
    enum Framing: Sendable, Hashable {
        case none
        case length(Int)
        case chunked
    }

    let request: HTTPRequest
    let framing: Framing
    /// Whether the client speaks 1.1, so that it understands an interim answer.
    let isVersion11: Bool
    /// Whether the connection may serve another request after this one.
    let keepsAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    let expectsContinue: Bool
}
