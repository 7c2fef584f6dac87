/// What is known about a call when it has ended; handed to the router's observer.
public struct RPCCallRecord: Sendable {
    /// The method's path, or `unknown` for a path that is not served, so that peers cannot invent metric labels.
    public let path: String
    /// How it ended.
    public let code: RPCStatusCode
    /// From the end of the request's headers to the answer's last byte being queued.
    public let duration: Duration
    /// How many bytes of messages came in.
    public let requestByteCount: Int
    /// How many bytes of messages were queued to go out.
    public let responseByteCount: Int
}
