package import NIOCore
package import TLS

/// How a client reaches its server and what it allows.
package struct RPCClientConfiguration: Sendable {
    /// The server's name or address.
    package var host: String
    /// The server's port.
    package var port: Int
    /// Whom to trust; `nil` speaks HTTP/2 with prior knowledge, in clear.
    package var tls: TLSClientContext?
    /// The name that the server's certificate must be for, when it is not `host`.
    package var tlsServerName: String?
    /// Metadata sent with every call, such as an API key.
    package var metadata: Metadata = [:]
    /// How large one answer's message may be.
    package var messageBytesMax: Int = 4 * 1024 * 1024
    /// How long connecting may take, handshakes included.
    package var connectTimeout: Duration = .seconds(10)
    /// The longest pause after a failed attempt to connect, and twice the shortest; doubled each time up to
    /// `reconnectDelayMax`.
    package var reconnectDelay: Duration = .milliseconds(50)
    /// The longest time between two attempts to connect.
    package var reconnectDelayMax: Duration = .seconds(5)
    /// After how long a silence a PING asks whether the server is alive; `nil` does not ask.
    package var keepaliveInterval: Duration? = .seconds(60)
    /// The event loops to use; `nil` uses the process's own.
    package var eventLoopGroup: (any EventLoopGroup)?

    /// Reaches a server, with defaults for everything else.
    package init(host: String, port: Int, tls: TLSClientContext? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
    }
}
