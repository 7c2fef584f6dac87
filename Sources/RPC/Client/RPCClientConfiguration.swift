public import NIOCore
public import TLS

/// How a client reaches its server and what it allows.
public struct RPCClientConfiguration: Sendable {
    /// The server's name or address.
    public var host: String
    /// The server's port.
    public var port: Int
    /// Whom to trust; `nil` speaks HTTP/2 with prior knowledge, in clear.
    public var tls: TLSClientContext?
    /// The name that the server's certificate must be for, when it is not `host`.
    public var tlsServerName: String?
    /// Metadata sent with every call, such as an API key.
    public var metadata: Metadata = [:]
    /// How large one answer's message may be.
    public var messageBytesMax: Int = 4 * 1024 * 1024
    /// How long connecting may take, handshakes included.
    public var connectTimeout: Duration = .seconds(10)
    /// The longest pause after a failed attempt to connect, and twice the shortest; doubled each time up to `reconnectDelayMax`.
    public var reconnectDelay: Duration = .milliseconds(50)
    /// The longest time between two attempts to connect.
    public var reconnectDelayMax: Duration = .seconds(5)
    /// After how long a silence a PING asks whether the server is alive; `nil` does not ask.
    public var keepaliveInterval: Duration? = .seconds(60)
    /// The event loops to use; `nil` uses the process's own.
    public var eventLoopGroup: (any EventLoopGroup)?

    /// Reaches a server, with defaults for everything else.
    public init(host: String, port: Int, tls: TLSClientContext? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
    }
}
