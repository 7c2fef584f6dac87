package import Admission
package import TLS

/// How a server listens and what it allows.
package struct RPCServerConfiguration: Sendable {
    /// The address to listen on.
    package var host: String
    /// The port to listen on; zero takes a free one.
    package var port: Int
    /// The certificate and key; `nil` speaks HTTP/2 with prior knowledge, in clear.
    package var tls: TLSServerContext?
    /// How large one request message may be.
    package var messageBytesMax: Int = 4 * 1024 * 1024
    /// How many bytes of requests may be kept for all connections: unfinished, or not yet dealt with.
    package var requestBytesMax: Int = 128 * 1024 * 1024
    /// How many of them may be of one connection.
    package var requestBytesPerConnectionMax: Int = 32 * 1024 * 1024
    /// How long a request with one message may take to arrive whole, from its headers on.
    package var requestTimeout: Duration = .seconds(15)
    /// How many bytes of answers may wait on one connection for their reader; beyond, new calls are refused.
    package var unsentBytesPerConnectionMax: Int = 16 * 1024 * 1024
    /// How long an answer may wait for its reader to take any of it before the call is given up.
    package var unsentTimeout: Duration = .seconds(120)
    /// How many calls one connection may have open at once.
    package var concurrentStreamsMax: Int = 256
    /// How many connections may be open at once, when there is no ``gate``.
    package var connectionsMax: Int = 10_000
    /// Who counts the connections, when the process shares its descriptors among several doors.
    package var gate: DoorGate?
    /// How large the headers of one call may be.
    package var headerListBytesMax: Int = 16 * 1024
    /// How long a new connection may take for its handshakes, TLS and HTTP/2 each.
    package var handshakeTimeout: Duration = .seconds(10)
    /// After how long a silence a PING asks whether the peer is alive; `nil` does not ask.
    package var keepaliveInterval: Duration? = .seconds(60)
    /// How long the answer to a PING may take.
    package var keepaliveTimeout: Duration = .seconds(20)
    /// How long a connection may be without a call before it is closed with GOAWAY; `nil` keeps it.
    package var idleTimeout: Duration? = .seconds(300)
    /// How long calls in flight may take when the server shuts down, before their connections are closed.
    package var drainDeadline: Duration = .seconds(30)
    /// How many event loops serve connections.
    package var eventLoopThreadCount: Int

    /// Listens on an address, with defaults for everything else.
    package init(host: String, port: Int, tls: TLSServerContext? = nil, eventLoopThreadCount: Int = 1) {
        self.host = host
        self.port = port
        self.tls = tls
        self.eventLoopThreadCount = eventLoopThreadCount
    }
}
