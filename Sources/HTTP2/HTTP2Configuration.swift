/// The limits and timings of one HTTP/2 connection.
public struct HTTP2Configuration: Sendable {
    /// How many streams the peer may have open at once (SETTINGS_MAX_CONCURRENT_STREAMS).
    public var concurrentStreamsMax: Int = 256
    /// How many bytes of one stream may be on their way to us unread (SETTINGS_INITIAL_WINDOW_SIZE).
    public var streamWindowBytes: Int = 256 * 1024
    /// How many bytes of all streams together may be on their way to us unread.
    public var connectionWindowBytes: Int = 4 * 1024 * 1024
    /// How large the header list of one message may be, counted as RFC 9113 section 6.5.2 does.
    public var headerListBytesMax: Int = 16 * 1024
    /// How long a new connection may take to send its preface and SETTINGS.
    public var handshakeTimeout: Duration = .seconds(10)
    /// After how long a silence of the peer a PING is sent; `nil` sends none.
    public var keepaliveInterval: Duration? = .seconds(60)
    /// How long the answer to a PING may take before the connection is closed as dead.
    public var keepaliveTimeout: Duration = .seconds(20)
    /// After how long without any stream the connection is closed; `nil` keeps it.
    public var idleTimeout: Duration?

    /// How long bytes of a stream may wait for the peer to take any of them before the stream is reset; `nil` waits on.
    public var unsentTimeout: Duration?

    /// The defaults, good for a server on a network of its own.
    public init() {}
}
