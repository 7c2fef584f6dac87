/// What is known about a call when it has ended; handed to the router's observer.
package struct RPCCallRecord: Sendable {
    /// The method's path, or `unknown` for a path that is not served, so that peers cannot invent metric labels.
    package let path: String
    /// How it ended.
    package let code: RPCStatusCode
    /// From the end of the request's headers to the answer's last byte being queued.
    package let duration: Duration
    /// How many bytes of messages came in.
    package let requestByteCount: Int
    /// How many bytes of messages were queued to go out.
    package let responseByteCount: Int
}
