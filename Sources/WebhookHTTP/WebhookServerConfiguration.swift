import HTTPDoor
public import TLS

/// How the webhook door listens, and what it takes at most.
public struct WebhookServerConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port; 0 for a free one.
    public var port: Int
    /// The largest body of a delivery.
    public var bodyBytesMax: Int
    /// The largest sum of a request's header fields.
    public var headerBytesMax: Int
    /// How long a connection may be silent, and how long the head of a request may take.
    public var idleTimeout: Duration
    /// How long a whole body may take, however steadily it drips.
    public var bodyTimeout: Duration
    /// How long a sender surely waits for an answer, from the head of its request: an answer within that is taken for seen.
    public var senderTimeout: Duration
    /// How many connections are served at once; more wait in the listen queue.
    public var connectionsMax: Int
    /// How long requests under way may take to end once the door is to close.
    public var drainTimeout: Duration
    /// TLS, when this server ends it itself.
    public var tls: TLSServerContext?

    /// Makes a configuration.
    public init(
        host: String = "127.0.0.1", port: Int = 0, bodyBytesMax: Int = 65_536, headerBytesMax: Int = 16_384,
        idleTimeout: Duration = .seconds(60), bodyTimeout: Duration = .seconds(15),
        senderTimeout: Duration = .seconds(5), connectionsMax: Int = 10_000, drainTimeout: Duration = .seconds(15),
        tls: TLSServerContext? = nil
    ) {
        self.host = host
        self.port = port
        self.bodyBytesMax = bodyBytesMax
        self.headerBytesMax = headerBytesMax
        self.idleTimeout = idleTimeout
        self.bodyTimeout = bodyTimeout
        self.senderTimeout = senderTimeout
        self.connectionsMax = connectionsMax
        self.drainTimeout = drainTimeout
        self.tls = tls
    }

    var listening: HTTPDoorConfiguration {
        HTTPDoorConfiguration(
            host: host, port: port, headerBytesMax: headerBytesMax, idleTimeout: idleTimeout,
            connectionsMax: connectionsMax, drainTimeout: drainTimeout, tls: tls)
    }
}
